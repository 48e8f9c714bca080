// What was counted since the last flush. Not safe for threads: UsageCounter holds the lock.
namespace Watchword.Issuer.Usage;

internal sealed class UsageCounts(int mostEntries)
{
    private readonly Dictionary<(string Client, string Resource), (long Tokens, DateTimeOffset Last)> _uses = [];
    private readonly Dictionary<string, LastUse> _credentials = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Client, string Resource), (long Tokens, DateTimeOffset Last)> Uses => _uses;

    public IReadOnlyDictionary<string, LastUse> Credentials => _credentials;

    /// <summary>Tokens that found no room.</summary>
    public long Dropped { get; private set; }

    public bool IsEmpty => _uses.Count == 0 && _credentials.Count == 0 && Dropped == 0;

    /// <summary>Counts one token; true when the room is half used with just this one, and it is time to flush.</summary>
    public bool Add((string Client, string Resource) use, string credentialId, LastUse last)
    {
        var before = _uses.Count + _credentials.Count;
        Add(use, 1, last.Time);
        See(credentialId, last);
        var after = _uses.Count + _credentials.Count;
        return before < mostEntries && after >= mostEntries;
    }

    /// <summary>Takes in older counts that could not be written.</summary>
    public void Merge(UsageCounts older)
    {
        foreach (var (use, (tokens, last)) in older.Uses)
            Add(use, tokens, last);
        foreach (var (credential, last) in older.Credentials)
            See(credential, last);
        Dropped += older.Dropped;
    }

    private void Add((string Client, string Resource) use, long tokens, DateTimeOffset last)
    {
        if (_uses.TryGetValue(use, out var known))
            _uses[use] = (known.Tokens + tokens, last > known.Last ? last : known.Last);
        else if (_uses.Count < mostEntries)
            _uses[use] = (tokens, last);
        else
            Dropped += tokens;
    }

    private void See(string credentialId, LastUse last)
    {
        if (_credentials.TryGetValue(credentialId, out var known) ? last.Time > known.Time : _credentials.Count < mostEntries)
            _credentials[credentialId] = last;
    }
}
