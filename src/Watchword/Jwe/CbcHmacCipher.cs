// A128CBC-HS256 and A256CBC-HS512 (RFC 7518 §5.2): the tag is checked before anything is decrypted, so that padding tells nobody anything.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Watchword.Jwe;

internal sealed class CbcHmacCipher : ContentCipher
{
    private const int NonceLength = 16;
    private const int BlockLength = 16;
    private readonly Aes _aes = Aes.Create();
    private readonly IncrementalHash _hash;
    private readonly int _tagLength;

    public CbcHmacCipher(ContentEncryption encryption, ReadOnlySpan<byte> key)
    {
        var half = encryption.KeyLength / 2;
        _tagLength = encryption.TagLength;
        _hash = IncrementalHash.CreateHMAC(encryption.Hash!.Value, key[..half]);
        _aes.SetKey(key[half..]);
    }

    public override void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> header)
    {
        _aes.EncryptCbc(plaintext, nonce, ciphertext);
        Span<byte> full = stackalloc byte[64];
        Authenticate(nonce, ciphertext, header, full);
        full[.._tagLength].CopyTo(tag);
    }

    public override bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header, out int length)
    {
        length = 0;
        if (nonce.Length != NonceLength || tag.Length != _tagLength || content.Length == 0 || content.Length % BlockLength != 0)
            return false;
        Span<byte> full = stackalloc byte[64];
        Authenticate(nonce, content, header, full);
        if (!CryptographicOperations.FixedTimeEquals(full[.._tagLength], tag))
            return false;
        try
        {
            return _aes.TryDecryptCbc(content, nonce, content, out length);
        }
        catch (CryptographicException)
        {
            // The padding is wrong although the tag is right: whoever holds the key made it so.
            return false;
        }
    }

    public override void Dispose()
    {
        _aes.Dispose();
        _hash.Dispose();
    }

    private void Authenticate(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> header, Span<byte> tag)
    {
        Span<byte> headerBits = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(headerBits, header.Length * 8L);
        _hash.AppendData(header);
        _hash.AppendData(nonce);
        _hash.AppendData(ciphertext);
        _hash.AppendData(headerBits);
        _hash.GetHashAndReset(tag);
    }
}
