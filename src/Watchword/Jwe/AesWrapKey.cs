// A128KW and A256KW (RFC 7518 §4.4): a shared key wraps the content's key.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class AesWrapKey : RecipientKey
{
    private readonly byte[] _key;
    private readonly InstancePool<Aes> _ciphers;

    public AesWrapKey(KeyManagementAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (key.Length != algorithm.WrapLength)
            throw new InvalidKeyException($"A key for {algorithm} has exactly {algorithm.WrapLength} bytes; this one has {key.Length}.");
        _key = key.ToArray();
        _ciphers = new InstancePool<Aes>(() =>
        {
            var aes = Aes.Create();
            aes.SetKey(_key);
            return aes;
        });
    }

    public override Envelope Seal(ContentEncryption encryption, Span<byte> contentKey)
    {
        RandomNumberGenerator.Fill(contentKey);
        var wrapped = new byte[contentKey.Length + AesKeyWrap.Overhead];
        var aes = _ciphers.Rent();
        AesKeyWrap.Wrap(aes, contentKey, wrapped);
        _ciphers.Return(aes);
        return new Envelope(wrapped);
    }

    public override Jwk ToPublicJwk() => throw new InvalidOperationException("A shared key has no public half.");

    public override Jwk ToPrivateJwk() => new() { KeyType = "oct", K = _key.AsSpan().ToArray() };

    public override void Dispose()
    {
        _ciphers.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    protected override bool TryOpen(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey)
    {
        if (encryptedKey.Length != contentKey.Length + AesKeyWrap.Overhead)
            return false;
        var aes = _ciphers.Rent();
        var good = AesKeyWrap.TryUnwrap(aes, encryptedKey, contentKey);
        _ciphers.Return(aes);
        return good;
    }
}
