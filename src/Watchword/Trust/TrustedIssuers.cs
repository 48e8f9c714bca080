// Whom a gate believes now: one immutable snapshot behind one volatile reference, found by name in constant time.
using System.Collections.Frozen;

namespace Watchword.Trust;

/// <summary>The trusted issuers of a gate. They can be replaced, all at once, while tokens are verified; readers take no lock.</summary>
public sealed class TrustedIssuers
{
    private volatile Snapshot _snapshot = new([]);

    /// <summary>Makes the set.</summary>
    /// <exception cref="ArgumentException">An issuer stands twice.</exception>
    public TrustedIssuers(IEnumerable<TrustedIssuer> issuers) => Swap(issuers);

    /// <summary>How many there are.</summary>
    public int Count => _snapshot.ByName.Count;

    /// <summary>Replaces everything at once. Without an issuer every token is refused.</summary>
    /// <exception cref="ArgumentException">An issuer stands twice.</exception>
    public void Swap(IEnumerable<TrustedIssuer> issuers) => _snapshot = new Snapshot(issuers);

    internal TrustedIssuer? Find(ReadOnlySpan<char> issuer) => _snapshot.BySpan.TryGetValue(issuer, out var found) ? found : null;

    /// <summary>The type that the tokens of all of them have; null where they differ.</summary>
    internal string? Type => _snapshot.Type;

    private sealed class Snapshot
    {
        public Snapshot(IEnumerable<TrustedIssuer> issuers)
        {
            ByName = issuers.ToFrozenDictionary(issuer => issuer.Rules.Issuer, StringComparer.Ordinal);
            BySpan = ByName.GetAlternateLookup<ReadOnlySpan<char>>();
            var types = ByName.Values.Select(issuer => issuer.Rules.Type).Distinct().Take(2).ToArray();
            Type = types.Length == 1 ? types[0] : null;
        }

        public FrozenDictionary<string, TrustedIssuer> ByName { get; }

        public FrozenDictionary<string, TrustedIssuer>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }

        public string? Type { get; }
    }
}
