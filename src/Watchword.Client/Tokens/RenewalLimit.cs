// How often a target that refuses tokens can make this service ask for a new one: once in 10 s per resource.
namespace Watchword.Client.Tokens;

internal sealed class RenewalLimit(TimeProvider clock)
{
    private const int MostResources = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _renewed = [];

    /// <summary>Whether a renewal may be forced now; if so, the next is allowed 10 s later.</summary>
    public bool TryTake(string resource)
    {
        lock (_gate)
        {
            if (_renewed.TryGetValue(resource, out var last) && clock.GetElapsedTime(last) < Interval)
                return false;
            if (_renewed.Count >= MostResources)
                ForgetOld();
            _renewed[resource] = clock.GetTimestamp();
            return true;
        }
    }

    private void ForgetOld()
    {
        foreach (var (resource, last) in _renewed.ToArray())
        {
            if (clock.GetElapsedTime(last) >= Interval)
                _renewed.Remove(resource);
        }
    }
}
