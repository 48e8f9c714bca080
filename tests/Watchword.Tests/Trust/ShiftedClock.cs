// The clock of a machine that somebody sets: timers and the steady clock run on as they do there.
namespace Watchword.Tests.Trust;

internal sealed class ShiftedClock : TimeProvider
{
    /// <summary>How far it is ahead of the true time.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
