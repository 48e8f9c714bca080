// What a recipient's key does for one token: brings the content's key there, and gets it back.
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>What a token carries so that its recipient finds the content's key.</summary>
internal readonly record struct Envelope(byte[] EncryptedKey, Jwk? EphemeralKey = null);

/// <summary>The key of a recipient, public or private. Safe for any number of threads. A cipher it lends goes back by <see cref="Return"/>.</summary>
internal abstract class RecipientKey : IDisposable
{
    /// <summary>Lends the cipher for the content of a new token, and answers what leads the recipient to the same.</summary>
    public abstract Envelope Seal(ContentEncryption encryption, out ContentCipher cipher);

    /// <summary>
    /// Lends the cipher for a token's content. Where the content's key cannot be had, another one is used, so that every fault shows in the
    /// same place and in the same way: the tag does not fit (RFC 7516 §11.5).
    /// </summary>
    public abstract ContentCipher Open(JweHeader header, ReadOnlySpan<byte> encryptedKey);

    public abstract void Return(ContentCipher cipher);

    /// <summary>The public members as a JWK.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric.</exception>
    public abstract Jwk ToPublicJwk();

    /// <summary>All members as a JWK, copied.</summary>
    /// <exception cref="InvalidOperationException">This is a public key.</exception>
    public abstract Jwk ToPrivateJwk();

    public abstract void Dispose();
}
