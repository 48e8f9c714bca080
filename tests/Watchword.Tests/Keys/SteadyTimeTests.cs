// The time that key rotation goes by: a jump ahead is doubted for as long as any key has to wait, a jump back believed at once.
using Watchword.Keys;

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
        _clock.Pass(TimeSpan.FromDays(400));
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
        _clock.Pass(Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(before + Patience - TimeSpan.FromSeconds(1), _time.Now());
        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
        _clock.Pass(TimeSpan.FromHours(1));
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Fact]
    public void Second_jump_is_doubted_anew()
    {
        var before = _time.Now();
        _clock.Off = TimeSpan.FromDays(1);
        _time.Now();
        _clock.Pass(TimeSpan.FromHours(23));
        _clock.Off = TimeSpan.FromDays(2);
        _time.Now();
        _clock.Pass(TimeSpan.FromHours(23));
        Assert.Equal(before + TimeSpan.FromHours(46), _time.Now());
        _clock.Pass(TimeSpan.FromHours(1));
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
        _clock.Pass(Patience);
        Assert.Equal(_clock.GetUtcNow(), _time.Now());
    }

    [Fact]
    public void Clock_that_is_slewed_a_little_is_not_doubted()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _clock.Pass(TimeSpan.FromSeconds(2));
            _clock.Off += TimeSpan.FromMilliseconds(1);
            Assert.Equal(_clock.GetUtcNow(), _time.Now());
        }
    }

    private sealed class JumpingClock : TimeProvider
    {
        private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private TimeSpan _passed;

        public TimeSpan Off { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _passed += time;

        public override DateTimeOffset GetUtcNow() => Start + _passed + Off;

        public override long GetTimestamp() => _passed.Ticks;
    }
}
