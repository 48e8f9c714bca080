// So many at once, then one in so long: what keeps strangers from making us fetch.
namespace Watchword.Trust;

/// <summary>A bucket that holds a few permits and gains one at a time. The caller locks.</summary>
internal sealed class TokenBucket(int burst, TimeSpan interval, TimeProvider clock)
{
    private int _taken;
    private DateTimeOffset _since = clock.GetUtcNow();

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
        var now = clock.GetUtcNow();
        // A clock that was set back must not stop the refill for as long as it was ahead.
        var gained = now < _since ? 0 : (long)((now - _since) / interval);
        _taken = (int)Math.Max(0, _taken - gained);
        _since = now < _since || _taken == 0 ? now : _since + gained * interval;
    }
}
