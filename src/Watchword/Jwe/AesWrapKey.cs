// A128KW and A256KW (RFC 7518 §4.4): a shared key wraps the content's key.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class AesWrapKey : PerTokenKey
{
    private readonly byte[] _key;
    private readonly InstancePool<AesKeyWrap> _wraps;

    public AesWrapKey(KeyManagementAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (key.Length != algorithm.WrapLength)
            throw new InvalidKeyException($"A key for {algorithm} has exactly {algorithm.WrapLength} bytes; this one has {key.Length}.");
        _key = key.ToArray();
        _wraps = new InstancePool<AesKeyWrap>(() => new AesKeyWrap(_key));
    }

    public override Jwk ToPublicJwk() => throw new InvalidOperationException("A shared key has no public half.");

    public override Jwk ToPrivateJwk() => new() { KeyType = "oct", K = [.. _key] };

    public override void Dispose()
    {
        _wraps.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    protected override Envelope Wrap(ContentEncryption encryption, Span<byte> contentKey)
    {
        RandomNumberGenerator.Fill(contentKey);
        var wrapped = new byte[contentKey.Length + AesKeyWrap.Overhead];
        var wrap = _wraps.Rent();
        wrap.Wrap(contentKey, wrapped);
        _wraps.Return(wrap);
        return new Envelope(wrapped);
    }

    protected override bool TryUnwrap(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey)
    {
        if (encryptedKey.Length != contentKey.Length + AesKeyWrap.Overhead)
            return false;
        var wrap = _wraps.Rent();
        var good = wrap.TryUnwrap(encryptedKey, contentKey);
        _wraps.Return(wrap);
        return good;
    }
}
