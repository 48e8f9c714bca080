// Durations as people type them.
using Watchword.Cli;

namespace Watchword.Tests.Cli;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("12h", 43_200)]
    [InlineData("30d", 2_592_000)]
    [InlineData("36500d", 3_153_600_000)]
    public void A_number_and_a_unit_are_a_duration(string text, long seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, (long)duration.Value.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("+5m")]
    [InlineData(" 5m")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("5m3s")]
    [InlineData("1.5h")]
    [InlineData("1,5h")]
    [InlineData("00:05:00")]
    [InlineData("36501d")]
    [InlineData("99999999999d")]
    [InlineData("9223372036854775807d")]
    [InlineData("٣s")]
    public void Anything_else_is_not(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90, "90s")]
    [InlineData(300, "5m")]
    [InlineData(7_200, "2h")]
    [InlineData(90_000, "25h")]
    [InlineData(86_400, "1d")]
    public void The_largest_unit_without_a_rest_is_printed(long seconds, string text) =>
        Assert.Equal(text, Durations.Format(TimeSpan.FromSeconds(seconds)));
}
