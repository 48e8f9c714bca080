// The time that key rotation goes by. The machine's clock may jump. Late is harmless, so a jump back is believed at once; a jump ahead
// is believed only after it has stood for longer than any key has to wait, so that none signs or leaves before its time.
namespace Watchword.Keys;

internal sealed class SteadyTime(TimeProvider clock, TimeSpan patience)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private DateTimeOffset _last = clock.GetUtcNow();
    private long _lastTick = clock.GetTimestamp();
    private TimeSpan _doubted;
    private long _doubtedSince;

    /// <summary>The time, at most as far on as this process has run since a time that was believed.</summary>
    public DateTimeOffset Now()
    {
        lock (_gate)
        {
            var (now, tick) = (clock.GetUtcNow(), clock.GetTimestamp());
            var steady = _last + clock.GetElapsedTime(_lastTick, tick);
            var ahead = now - steady;
            if (ahead > Tolerance && IsDoubted(ahead, tick)) now = steady;
            else _doubted = TimeSpan.Zero;
            (_last, _lastTick) = (now, tick);
            return now;
        }
    }

    // A second jump is doubted anew.
    private bool IsDoubted(TimeSpan ahead, long tick)
    {
        if ((ahead - _doubted).Duration() > Tolerance) _doubtedSince = tick;
        _doubted = ahead;
        return clock.GetElapsedTime(_doubtedSince, tick) < patience;
    }
}
