// A128GCM and A256GCM (RFC 7518 §5.3).
using System.Security.Cryptography;

namespace Watchword.Jwe;

internal sealed class GcmCipher(ReadOnlySpan<byte> key) : ContentCipher
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly AesGcm _aes = new(key, TagLength);

    public override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> header) =>
        _aes.Encrypt(nonce, plaintext, ciphertext, tag, header);

    public override bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header, out int length)
    {
        length = 0;
        if (nonce.Length != NonceLength || tag.Length != TagLength)
            return false;
        try
        {
            _aes.Decrypt(nonce, content, tag, content, header);
            length = content.Length;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public override void Dispose() => _aes.Dispose();
}
