// What strangers can make us fetch: unknown keys are looked for a few times at once, then one in ten seconds.
namespace Watchword.Trust;

/// <summary>
/// The limits of fetches on demand: a bucket for those that brought nothing, another for those that failed, and the identifiers
/// that were looked for in vain. The caller locks.
/// </summary>
internal sealed class RefreshBudget(TimeProvider clock)
{
    private const int Burst = 4;
    private const int LongestKeyId = 256;
    private const int MostMisses = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MissRemembered = TimeSpan.FromSeconds(60);
    private readonly TokenBucket _fruitless = new(Burst, Interval, clock);
    private readonly TokenBucket _failed = new(Burst, Interval, clock);
    private readonly Dictionary<string, long> _misses = [];

    /// <summary>Whether a fetch may be made to look for this key.</summary>
    public bool MayLookFor(string keyId) => keyId.Length <= LongestKeyId && !IsRemembered(keyId) && _fruitless.HasAny() && _failed.HasAny();

    /// <summary>Counts a fetch that failed; answers whether another may be tried.</summary>
    public bool Fail()
    {
        _failed.Take();
        return _failed.HasAny();
    }

    /// <summary>Counts a fetch that did not bring the key it was made for. No name at all says nothing about the next one without.</summary>
    public void Miss(string keyId)
    {
        _fruitless.Take();
        if (keyId.Length == 0)
            return;
        if (_misses.Count >= MostMisses)
            _misses.Clear();
        _misses[keyId] = clock.GetTimestamp();
    }

    /// <summary>New keys have come: what was looked for in vain may be among the next.</summary>
    public void Forget() => _misses.Clear();

    private bool IsRemembered(string keyId) => _misses.TryGetValue(keyId, out var since) && clock.GetElapsedTime(since) < MissRemembered;
}
