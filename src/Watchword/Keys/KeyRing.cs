// What an issuer signs with now and what it publishes: one immutable snapshot behind one volatile reference.
using System.Collections.Frozen;

namespace Watchword.Keys;

/// <summary>The signing keys in force, one for each algorithm, and the key set to publish. Readers take no lock.</summary>
public sealed class KeyRing
{
    private volatile Snapshot _snapshot = new(FrozenDictionary<SignatureAlgorithm, SigningKey>.Empty, KeySet.Empty);

    /// <summary>Every public key that a token still valid may be signed with, and those that will sign next.</summary>
    public KeySet Published => _snapshot.Published;

    /// <summary>Whether there is a key that signs by this algorithm.</summary>
    public bool Has(SignatureAlgorithm algorithm) => _snapshot.Current.ContainsKey(algorithm);

    /// <summary>The key that signs by this algorithm now.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public SigningKey Current(SignatureAlgorithm algorithm) => _snapshot.Current.TryGetValue(algorithm, out var key)
        ? key
        : throw new InvalidOperationException($"There is no signing key for {algorithm}.");

    /// <summary>Replaces everything at once.</summary>
    /// <param name="signing">One key for each algorithm; they are published too.</param>
    /// <param name="alsoPublished">Keys that will sign next, or signed before.</param>
    /// <exception cref="ArgumentException">Two keys sign by the same algorithm, a key is symmetric, or two have one <c>kid</c>.</exception>
    public void Swap(IEnumerable<SigningKey> signing, IEnumerable<VerificationKey> alsoPublished)
    {
        var current = signing.ToFrozenDictionary(key => key.Algorithm);
        var published = current.Values.Select(key => key.ToVerificationKey()).Concat(alsoPublished).ToArray();
        if (published.Any(key => key.Algorithm.IsSymmetric))
            throw new ArgumentException("A symmetric key is never published.", nameof(signing));
        if (published.DistinctBy(key => key.KeyId).Count() != published.Length)
            throw new ArgumentException("Two keys have the same identifier.", nameof(alsoPublished));
        _snapshot = new Snapshot(current, new KeySet(published));
    }

    private sealed record Snapshot(FrozenDictionary<SignatureAlgorithm, SigningKey> Current, KeySet Published);
}
