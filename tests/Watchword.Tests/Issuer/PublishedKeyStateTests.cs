// When a published encryption key is fetched, waited for, used on and given up: by the clock alone.
using Watchword.Issuer.Resources;
using Watchword.Jwe;

namespace Watchword.Tests.Issuer;

public sealed class PublishedKeyStateTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly DecryptionKey _pair = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
    private readonly EncryptionKey _key;

    public PublishedKeyStateTests() => _key = _pair.ToEncryptionKey();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void What_is_not_known_is_fetched_and_waited_for()
    {
        Assert.True(PublishedKeyState.Unknown.IsDue(Start));
        Assert.True(PublishedKeyState.Unknown.IsWaitedFor(Start));
        Assert.Equal(default, PublishedKeyState.Unknown.At(Start));
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1, 11)]
    public void Key_is_due_after_ten_minutes_with_a_tenth_of_jitter_and_serves_meanwhile(double chance, int minutes)
    {
        var state = PublishedKeyState.Good(_key, Start, chance);
        var due = Start.AddMinutes(minutes);
        Assert.False(state.IsDue(due.AddTicks(-1)));
        Assert.True(state.IsDue(due));
        Assert.False(state.IsWaitedFor(due));
        Assert.Same(_key, state.At(due).Key);
    }

    [Fact]
    public void Key_that_nobody_asked_for_in_a_while_is_waited_for()
    {
        var state = PublishedKeyState.Good(_key, Start, 0.5);
        Assert.False(state.IsWaitedFor(Start.AddMinutes(12)));
        Assert.True(state.IsWaitedFor(Start.AddMinutes(12).AddTicks(1)));
    }

    [Fact]
    public void Known_key_serves_a_day_of_failures_and_nobody_waits()
    {
        var state = PublishedKeyState.Good(_key, Start, 0.5).Bad("Down.", Start.AddMinutes(11), 0.5);
        var last = Start.AddHours(24);
        Assert.False(state.IsWaitedFor(last));
        Assert.Equal(new FoundKey(_key, "Down."), state.At(last));
        Assert.Equal(new FoundKey(null, "Down."), state.At(last.AddTicks(1)));
        Assert.True(state.IsWaitedFor(last.AddTicks(1)));
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 60)]
    public void Pauses_after_failures_double_up_to_a_bound(bool isKnown, int longest)
    {
        var state = isKnown ? PublishedKeyState.Good(_key, Start, 0.5) : PublishedKeyState.Unknown;
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 64, 128 })
        {
            state = state.Bad("Down.", Start, 0.5);
            Assert.Equal(Start.AddSeconds(Math.Min(seconds, longest)), state.Due);
            Assert.False(state.IsDue(Start));
        }
        for (var i = 0; i < 5000; i++)
            state = state.Bad("Down.", Start, 1);
        Assert.Equal(Start.AddSeconds(longest * 1.2), state.Due);
        Assert.Equal(new FoundKey(_key, null), PublishedKeyState.Good(_key, Start, 0).At(Start));
    }

    [Fact]
    public void Clock_that_was_set_back_does_not_stop_the_refresh()
    {
        Assert.True(PublishedKeyState.Good(_key, Start, 0.5).IsDue(Start.AddHours(-1)));
        Assert.True(PublishedKeyState.Unknown.Bad("Down.", Start, 0.5).IsDue(Start.AddHours(-1)));
        Assert.NotNull(PublishedKeyState.Good(_key, Start, 0.5).At(Start.AddHours(-1)).Key);
    }
}
