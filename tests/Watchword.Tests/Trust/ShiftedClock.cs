// The clock of a machine that somebody sets: timers and the steady clock run on as they do there, or as those of another clock.
namespace Watchword.Tests.Trust;

internal sealed class ShiftedClock(TimeProvider? steady = null) : TimeProvider
{
    private readonly TimeProvider _steady = steady ?? System;

    /// <summary>How far it is ahead of the true time.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => _steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override long GetTimestamp() => _steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _steady.CreateTimer(callback, state, dueTime, period);
}
