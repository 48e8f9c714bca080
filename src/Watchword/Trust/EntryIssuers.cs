// The entries of a trust bundle as issuers that a gate believes. What did not change keeps its keys, and with them everything derived from them.
namespace Watchword.Trust;

/// <summary>What a target makes of an entry: the rules that are its own, and how it fetches keys.</summary>
/// <param name="Audience">The target's own identifier.</param>
/// <param name="Leeway">How far clocks may be apart.</param>
/// <param name="MaxLifetime">The longest life of a token here.</param>
/// <param name="Keys">How the keys of an issuer that publishes them are fetched: the places that the entry names among it.</param>
public sealed record TrustTerms(string Audience, TimeSpan Leeway, TimeSpan MaxLifetime, Func<TrustEntry, RemoteKeySetOptions> Keys)
{
    /// <summary>Whether keys are fetched ahead of need; otherwise when a token first asks for them. <see langword="true"/> by default.</summary>
    public bool FetchesAhead { get; init; } = true;
}

/// <summary>Makes issuers of entries. Safe for any number of threads.</summary>
/// <param name="terms">What the target makes of an entry.</param>
/// <param name="fetcher">What fetches keys; not disposed of here.</param>
/// <param name="clock">What time it is.</param>
public sealed class EntryIssuers(TrustTerms terms, DocumentFetcher fetcher, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private volatile Dictionary<string, Believed> _believed = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>How the keys of those that publish them stand.</summary>
    public IReadOnlyList<KeySetState> States => [.. _believed.Values.Select(each => each.Remote?.State).OfType<KeySetState>()];

    /// <summary>Takes other entries, each issuer once. Keys that are fetched already are kept where the issuer's source of keys is the same.</summary>
    /// <exception cref="InvalidBundleException">An entry has faults.</exception>
    public IReadOnlyList<TrustedIssuer> Take(IEnumerable<TrustEntry> entries)
    {
        lock (_lock)
            return _isDisposed ? [] : Replace(entries);
    }

    /// <summary>Ends the fetching of keys. Those at hand go on being used.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var each in _believed.Values)
                each.Remote?.Dispose();
        }
    }

    private TrustedIssuer[] Replace(IEnumerable<TrustEntry> entries)
    {
        var before = _believed;
        var now = new Dictionary<string, Believed>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in entries)
                now.Add(entry.Issuer, Believe(entry, before.GetValueOrDefault(entry.Issuer)));
        }
        catch
        {
            foreach (var made in Beyond(before, now))
                made.Dispose();
            throw;
        }
        _believed = now;
        foreach (var gone in Beyond(now, before))
            gone.Withdraw();
        return [.. now.Values.Select(each => each.Issuer)];
    }

    // What the others have and the kept have not.
    private static IEnumerable<RemoteKeySet> Beyond(Dictionary<string, Believed> kept, Dictionary<string, Believed> others) => others
        .Where(each => !ReferenceEquals(kept.GetValueOrDefault(each.Key)?.Remote, each.Value.Remote))
        .Select(each => each.Value.Remote).OfType<RemoteKeySet>();

    private Believed Believe(TrustEntry entry, Believed? before)
    {
        var text = TrustBundleText.WriteEntry(entry);
        if (before is not null && before.Text.AsSpan().SequenceEqual(text))
            return before;
        var rules = entry.ToRules(terms.Audience, terms.Leeway, terms.MaxLifetime);
        if (entry.Keys is { } keys)
            return new Believed(text, entry, new TrustedIssuer(rules, before?.Entry.Keys is { } old ? keys.Reusing(old) : keys), null);
        var remote = before?.Remote is { } known && before.HasSameSource(entry) ? known : Fetch(entry);
        return new Believed(text, entry, new TrustedIssuer(rules, remote), remote);
    }

    private RemoteKeySet Fetch(TrustEntry entry)
    {
        var remote = new RemoteKeySet(entry.Issuer, fetcher, terms.Keys(entry), clock);
        if (terms.FetchesAhead)
            remote.Start();
        return remote;
    }

    private sealed record Believed(byte[] Text, TrustEntry Entry, TrustedIssuer Issuer, RemoteKeySet? Remote)
    {
        // The algorithms too: by them published RSA keys are bound that name none.
        public bool HasSameSource(TrustEntry other) => Entry.JwksUri == other.JwksUri && Entry.MetadataUri == other.MetadataUri
            && (Entry.Algorithms ?? []).SequenceEqual(other.Algorithms ?? []);
    }
}
