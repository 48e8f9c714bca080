// When keys are fetched the next time, as a table. A revoked key is gone within the interval whatever chance says.
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class RefreshRhythmTests
{
    [Theory]
    [InlineData(600, 0, true, 480, 570)]
    [InlineData(10, 0, true, 8, 9.5)]
    [InlineData(600, 1, true, 0.8, 1)]
    [InlineData(600, 2, true, 1.6, 2)]
    [InlineData(600, 5, true, 12.8, 16)]
    [InlineData(600, 7, true, 48, 60)]
    [InlineData(600, 1000, true, 48, 60)]
    [InlineData(10, 1000, true, 8, 10)]
    [InlineData(600, 1, false, 0.8, 1)]
    [InlineData(600, 1000, false, 4, 5)]
    [InlineData(1, 1000, false, 0.8, 1)]
    public void The_pause_is_between_two_bounds_and_chance_only_shortens_it(double interval, int failures, bool hasKeys, double least, double most)
    {
        Assert.Equal(least, Pause(0), 6);
        Assert.Equal(most, Pause(1), 6);
        Assert.InRange(Pause(0.5), least, most);

        double Pause(double chance) => RefreshRhythm.Pause(TimeSpan.FromSeconds(interval), failures, hasKeys, chance).TotalSeconds;
    }
}
