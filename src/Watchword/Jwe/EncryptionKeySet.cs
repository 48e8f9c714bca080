// The encryption keys a target publishes (RFC 7517 §5), and how whoever encrypts to it reads them.
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>An immutable set of public encryption keys of one target; the first is the one to encrypt to.</summary>
public sealed class EncryptionKeySet
{
    private const int MostKeys = 16;

    /// <summary>Makes a set of keys.</summary>
    /// <param name="keys">The keys, the preferred one first.</param>
    public EncryptionKeySet(IEnumerable<EncryptionKey> keys) => Keys = Array.AsReadOnly(keys.ToArray());

    /// <summary>All keys, the preferred one first.</summary>
    public IReadOnlyList<EncryptionKey> Keys { get; }

    /// <summary>
    /// Reads a published key set. Malformed, weak, unknown and symmetric keys, and those for signatures, are passed over; at most 16 are read. A
    /// key must say that it is for encryption, by <c>use</c> or <c>alg</c>.
    /// </summary>
    /// <exception cref="InvalidKeyException">The text is not a key set at all.</exception>
    public static EncryptionKeySet Parse(ReadOnlySpan<byte> json) => new(KeySet.ReadKeys(json, MostKeys, Read));

    /// <summary>The set as it is published: public members only.</summary>
    /// <exception cref="InvalidOperationException">A key of the set is symmetric.</exception>
    public byte[] ToJson() => KeySet.WriteKeys(Keys.Select(key => key.ToJwk()));

    private static EncryptionKey? Read(Jwk jwk) =>
        jwk.KeyType == "oct" || (jwk.Use is null && jwk.Algorithm is null) ? null : EncryptionKey.FromJwk(jwk);
}
