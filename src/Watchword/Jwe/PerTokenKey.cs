// The recipients' keys that bring a content key of its own to each token: all but dir.
using System.Security.Cryptography;

namespace Watchword.Jwe;

internal abstract class PerTokenKey : RecipientKey
{
    private const int LongestContentKey = 64;

    public sealed override Envelope Seal(ContentEncryption encryption, out ContentCipher cipher)
    {
        Span<byte> key = stackalloc byte[LongestContentKey];
        key = key[..encryption.KeyLength];
        var envelope = Wrap(encryption, key);
        cipher = encryption.Create(key);
        CryptographicOperations.ZeroMemory(key);
        return envelope;
    }

    public sealed override ContentCipher Open(JweHeader header, ReadOnlySpan<byte> encryptedKey)
    {
        Span<byte> key = stackalloc byte[LongestContentKey];
        key = key[..header.Encryption.KeyLength];
        if (!TryUnwrap(header, encryptedKey, key))
            RandomNumberGenerator.Fill(key);
        var cipher = header.Encryption.Create(key);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    public sealed override void Return(ContentCipher cipher) => cipher.Dispose();

    /// <summary>Chooses the content's key (its length is the algorithm's) and puts it into an envelope.</summary>
    protected abstract Envelope Wrap(ContentEncryption encryption, Span<byte> contentKey);

    /// <summary>Takes the content's key out of its envelope; false where it is not for this key, or damaged.</summary>
    protected abstract bool TryUnwrap(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey);
}
