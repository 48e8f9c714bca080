// So many at once, then one in so long: what keeps strangers from making us fetch.
namespace Watchword.Trust;

/// <summary>A bucket that holds a few permits and gains one at a time, by the steady clock. The caller locks.</summary>
internal sealed class TokenBucket(int burst, TimeSpan interval, TimeProvider clock)
{
    private readonly long _interval = (long)(interval.TotalSeconds * clock.TimestampFrequency);
    private int _taken;
    private long _since = clock.GetTimestamp();

    public bool HasAny()
    {
        Refill();
        return _taken < burst;
    }

    public void Take()
    {
        Refill();
        _taken = Math.Min(burst, _taken + 1);
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        var gained = (now - _since) / _interval;
        _taken = (int)Math.Max(0, _taken - gained);
        _since = _taken == 0 ? now : _since + gained * _interval;
    }
}
