// Failed authentications, counted for the log: enough to see a guesser, bounded so that a guesser cannot fill memory or disk.
using Microsoft.Extensions.Logging;

namespace Watchword.Issuer.Usage;

/// <summary>
/// Logs the first failure of an id and address at once, and then at most one line a minute with the sum. At most 1,000 pairs are told apart;
/// beyond that all others share one line.
/// </summary>
internal sealed class FailedAttempts : IDisposable
{
    private const int MostEntries = 1_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private static readonly (string Id, string Address) Others = ("(others)", "(others)");
    private readonly ILogger<FailedAttempts> _log;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Id, string Address), Entry> _entries = [];

    /// <summary>Starts counting.</summary>
    public FailedAttempts(ILogger<FailedAttempts> log, TimeProvider clock)
    {
        _log = log;
        _clock = clock;
        _timer = clock.CreateTimer(_ => SweepUnlessBroken(), null, Quiet, Quiet);
    }

    /// <summary>The number of pairs that are told apart now.</summary>
    public int Entries
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>Counts one failure.</summary>
    /// <param name="presented">The client or credential id as it was sent; what could be a secret in it is cut.</param>
    /// <param name="remoteAddress">Where it came from.</param>
    /// <param name="reason">Why it was refused: a constant of ours.</param>
    public void Record(string? presented, string? remoteAddress, string reason)
    {
        var pair = (PresentedId.ForLog(presented), PresentedId.ForLog(remoteAddress));
        lock (_gate)
        {
            if (!_entries.ContainsKey(pair) && _entries.Count >= MostEntries - 1)
                pair = Others;
            if (!_entries.TryGetValue(pair, out var entry))
                _entries[pair] = entry = new Entry();
            entry.Pending++;
            entry.Reason = reason;
            if (!IsQuiet(entry))
                Write(pair, entry);
        }
    }

    /// <summary>Stops counting.</summary>
    public void Dispose() => _timer.Dispose();

    private void SweepUnlessBroken()
    {
        try
        {
            Sweep();
        }
        catch (Exception)
        {
            // The logger's. Out of a timer nothing may be thrown: it would end the process.
        }
    }

    // Writes the sums that are due, and forgets who has been quiet for a minute.
    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (pair, entry) in _entries.Where(each => !IsQuiet(each.Value)).ToArray())
            {
                if (entry.Pending > 0)
                    Write(pair, entry);
                else
                    _entries.Remove(pair);
            }
        }
    }

    private bool IsQuiet(Entry entry) => entry.Logged is { } logged && _clock.GetElapsedTime(logged) < Quiet;

    private void Write((string Id, string Address) pair, Entry entry)
    {
        var count = entry.Pending;
        (entry.Pending, entry.Logged) = (0, _clock.GetTimestamp());
        _log.LogWarning("Refused {Count} authentications as '{Id}' from {Address}; the last: {Reason}.", count, pair.Id, pair.Address, entry.Reason);
    }

    private sealed class Entry
    {
        public long Pending { get; set; }

        public long? Logged { get; set; }

        public string Reason { get; set; } = "";
    }
}
