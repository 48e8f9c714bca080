// The keys one issuer publishes (RFC 7517 §5), found by kid without a lock.
using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Keys;

/// <summary>An immutable set of verification keys of one issuer.</summary>
public sealed class KeySet
{
    private const int MostKeys = 256;
    private readonly FrozenDictionary<string, VerificationKey[]> _byId;
    private readonly VerificationKey[] _keys;

    /// <summary>Makes a set of keys. Keys are never pooled across issuers: make one set for each.</summary>
    public KeySet(IEnumerable<VerificationKey> keys)
    {
        _keys = [.. keys];
        Keys = Array.AsReadOnly(_keys);
        _byId = _keys.Where(key => key.KeyId is not null).GroupBy(key => key.KeyId!).ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>The set without a key.</summary>
    public static KeySet Empty { get; } = new([]);

    /// <summary>All keys, in the order in which they were given.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; }

    /// <summary>Reads a published key set. Malformed, weak, unknown, symmetric and encryption keys are passed over; at most 256 are read.</summary>
    /// <param name="json">The JSON text of the set.</param>
    /// <param name="unlabelledRsa">The one algorithm of this issuer's RSA keys that name none; RS256 by default.</param>
    /// <exception cref="InvalidKeyException">The text is not a key set at all.</exception>
    public static KeySet Parse(ReadOnlySpan<byte> json, SignatureAlgorithm? unlabelledRsa = null) =>
        new(ReadKeys(json, MostKeys, jwk => Read(jwk, unlabelledRsa)));

    /// <summary>Finds the key a token names.</summary>
    /// <param name="keyId">The token's <c>kid</c>; null is answered only if one single key has the algorithm.</param>
    /// <param name="algorithm">The token's algorithm.</param>
    /// <param name="key">The key of that identifier and algorithm.</param>
    /// <returns>Whether the identifier is known: true with a null key means that its key is for another algorithm.</returns>
    internal bool TryFind(string? keyId, SignatureAlgorithm algorithm, out VerificationKey? key)
    {
        key = null;
        if (keyId is null)
            return (key = Only(_keys, algorithm)) is not null;
        if (!_byId.TryGetValue(keyId, out var named))
            return false;
        key = Only(named, algorithm);
        return key is not null || !HasAny(named, algorithm);
    }

    /// <summary>Whether a key of this identifier is in the set.</summary>
    public bool Contains(string keyId) => _byId.ContainsKey(keyId);

    /// <summary>Whether the other set has the same keys in the same order.</summary>
    internal bool IsSameAs(KeySet other) => _keys.Length == other._keys.Length && _keys.Zip(other._keys).All(pair => pair.First.IsSameAs(pair.Second));

    /// <summary>This set, with the other's objects for the keys that both have.</summary>
    internal KeySet Reusing(KeySet other) => new(_keys.Select(key => Array.Find(other._keys, key.IsSameAs) ?? key));

    /// <summary>Only the keys of these algorithms.</summary>
    internal KeySet Restrict(IReadOnlyList<SignatureAlgorithm>? algorithms) =>
        algorithms is null || _keys.All(key => algorithms.Contains(key.Algorithm)) ? this : new KeySet(_keys.Where(key => algorithms.Contains(key.Algorithm)));

    /// <summary>The set as it is published: public members only.</summary>
    /// <exception cref="InvalidOperationException">A key of the set is symmetric.</exception>
    public byte[] ToJson() => WriteKeys(_keys.Select(key => key.ToJwk()));

    /// <summary>Reads the members of a set, each by a function that answers null, or throws <see cref="InvalidKeyException"/>, for what is to be passed over.</summary>
    internal static List<T> ReadKeys<T>(ReadOnlySpan<byte> json, int most, Func<Jwk, T?> read)
        where T : class
    {
        using var document = JsonDocuments.Parse(json);
        if (document is null || !document.RootElement.TryGetProperty("keys", out var members) || members.ValueKind != JsonValueKind.Array)
            throw new InvalidKeyException("This is not a key set: a JSON object with an array named keys was expected (RFC 7517 section 5).");
        var keys = new List<T>();
        foreach (var member in members.EnumerateArray().Take(most))
        {
            try
            {
                if (member.ValueKind == JsonValueKind.Object && read(Jwk.Read(member)) is { } key)
                    keys.Add(key);
            }
            catch (Exception fault) when (fault is InvalidKeyException or InvalidOperationException)
            {
                // One key that cannot be used does not spoil the others.
            }
        }
        return keys;
    }

    internal static byte[] WriteKeys(IEnumerable<Jwk> keys)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in keys)
                key.WritePublicTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return json.WrittenSpan.ToArray();
    }

    // Two keys of one name and one algorithm are as good as none: which of them is meant cannot be known.
    private static VerificationKey? Only(VerificationKey[] keys, SignatureAlgorithm algorithm)
    {
        VerificationKey? only = null;
        foreach (var key in keys)
        {
            if (key.Algorithm != algorithm)
                continue;
            if (only is not null)
                return null;
            only = key;
        }
        return only;
    }

    private static bool HasAny(VerificationKey[] keys, SignatureAlgorithm algorithm) => Array.Exists(keys, key => key.Algorithm == algorithm);

    private static VerificationKey? Read(Jwk jwk, SignatureAlgorithm? unlabelledRsa) => jwk.KeyType == "oct" ? null
        : VerificationKey.FromJwk(jwk, jwk is { KeyType: "RSA", Algorithm: null } ? unlabelledRsa ?? SignatureAlgorithm.RS256 : null);
}
