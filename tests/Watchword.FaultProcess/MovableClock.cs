// The clock of a target or a caller, which a test sets right or wrong while it runs. Only the time of day moves; timers go on.
namespace Watchword.FaultProcess;

internal sealed class MovableClock : TimeProvider
{
    private long _offset;

    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
