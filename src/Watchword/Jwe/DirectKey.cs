// dir (RFC 7518 §4.5): the shared key encrypts the content itself, so that its cipher is made once and lent.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class DirectKey : RecipientKey
{
    private readonly byte[] _key;
    private readonly InstancePool<ContentCipher> _ciphers;

    public DirectKey(ContentEncryption encryption, ReadOnlySpan<byte> key)
    {
        if (key.Length != encryption.KeyLength)
            throw new InvalidKeyException($"A key for {encryption} has exactly {encryption.KeyLength} bytes; this one has {key.Length}.");
        _key = key.ToArray();
        _ciphers = new InstancePool<ContentCipher>(() => encryption.Create(_key));
    }

    public override Envelope Seal(ContentEncryption encryption, out ContentCipher cipher)
    {
        cipher = _ciphers.Rent();
        return new Envelope([]);
    }

    public override ContentCipher Open(JweHeader header, ReadOnlySpan<byte> encryptedKey) => _ciphers.Rent();

    public override void Return(ContentCipher cipher) => _ciphers.Return(cipher);

    public override Jwk ToPublicJwk() => throw new InvalidOperationException("A shared key has no public half.");

    public override Jwk ToPrivateJwk() => new() { KeyType = "oct", K = [.. _key] };

    public override void Dispose()
    {
        _ciphers.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }
}
