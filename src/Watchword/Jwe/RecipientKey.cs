// What a recipient's key does for one token: brings the content's key there, and gets it back.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>What a token carries so that its recipient finds the content's key.</summary>
internal readonly record struct Envelope(byte[] EncryptedKey, Jwk? EphemeralKey = null);

/// <summary>The key of a recipient, public or private. Safe for any number of threads.</summary>
internal abstract class RecipientKey : IDisposable
{
    private const int LongestContentKey = 64;

    /// <summary>Chooses the content's key (its length is the algorithm's) and puts it into an envelope.</summary>
    public abstract Envelope Seal(ContentEncryption encryption, Span<byte> contentKey);

    /// <summary>
    /// The cipher for a token's content. Where the content's key cannot be had, another one is used, so that every fault shows in the same
    /// place and in the same way: the tag does not fit (RFC 7516 §11.5).
    /// </summary>
    public virtual ContentCipher Rent(JweHeader header, ReadOnlySpan<byte> encryptedKey)
    {
        Span<byte> key = stackalloc byte[LongestContentKey];
        key = key[..header.Encryption.KeyLength];
        if (!TryOpen(header, encryptedKey, key))
            RandomNumberGenerator.Fill(key);
        var cipher = header.Encryption.Create(key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    public virtual void Return(ContentCipher cipher) => cipher.Dispose();

    /// <summary>The public members as a JWK.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric.</exception>
    public abstract Jwk ToPublicJwk();

    /// <summary>All members as a JWK.</summary>
    /// <exception cref="InvalidOperationException">This is a public key.</exception>
    public abstract Jwk ToPrivateJwk();

    public abstract void Dispose();

    /// <summary>Takes the content's key out of its envelope; false where it is not for this key, or damaged.</summary>
    protected abstract bool TryOpen(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey);
}
