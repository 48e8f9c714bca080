// The time that key rotation goes by: a jump ahead is doubted for as long as any key has to wait, a jump back believed at once.
using Watchword.Keys;
using Watchword.Tests.Issuer;

namespace Watchword.Tests.Keys;

public sealed class SteadyTimeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);
    private readonly JumpingClock _clock = new();
    private readonly SteadyTime _time;

    public SteadyTimeTests() => _time = new SteadyTime(_clock, Patience);

    [Fact]
    public void Time_that_passes_is_believed()
    {
        _clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(24 * 365)]
    public void Jump_ahead_is_believed_only_after_it_has_stood(int hours)
    {
        var before = _time.Now();
        _clock.Off = TimeSpan.FromHours(hours);
        Assert.Equal(before, _time.Now());
        _clock.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(before + Patience - TimeSpan.FromSeconds(1), _time.Now());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Fact]
    public void Second_jump_is_doubted_anew()
    {
        var before = _time.Now();
        _clock.Off = TimeSpan.FromDays(1);
        _time.Now();
        _clock.Advance(TimeSpan.FromHours(23));
        _clock.Off = TimeSpan.FromDays(2);
        _time.Now();
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(before + TimeSpan.FromHours(46), _time.Now());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Fact]
    public void Jump_back_is_believed_at_once_and_its_correction_is_doubted()
    {
        var before = _time.Now();
        _clock.Off = TimeSpan.FromDays(-365);
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
        _clock.Off = TimeSpan.Zero;
        Assert.Equal(before.AddDays(-365), _time.Now());
        _clock.Advance(Patience);
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Fact]
    public void Clock_that_is_slewed_a_little_is_not_doubted()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            _clock.Off += TimeSpan.FromMilliseconds(1);
            Assert.Equal(_clock.GetUtcNow(), _time.Now());
        }
    }
}
