// RS256/384/512 and PS256/384/512 (RFC 7518 §3.3, §3.5).
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class RsaPrimitive : SignaturePrimitive
{
    private readonly Sha2 _hash;
    private readonly RSASignaturePadding _padding;
    private readonly InstancePool<RSA> _keys;
    private readonly RSAParameters _public;
    private readonly byte[]? _pkcs8;

    public RsaPrimitive(Sha2 hash, RSASignaturePadding padding, RSAParameters publicKey, byte[]? pkcs8)
    {
        RsaStrength.Check(publicKey);
        _hash = hash;
        _padding = padding;
        _public = publicKey;
        _pkcs8 = pkcs8;
        _keys = new InstancePool<RSA>(Load);
    }

    public override int SignatureLength => _public.Modulus!.Length;

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[Sha2.Longest];
        hash = hash[.._hash.Compute(data, hash)];
        var key = _keys.Rent();
        if (!key.TrySignHash(hash, signature, _hash.Name, _padding, out _))
            throw new CryptographicException("The RSA signature did not fit its place.");
        _keys.Return(key);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[Sha2.Longest];
        hash = hash[.._hash.Compute(data, hash)];
        var key = _keys.Rent();
        var good = key.VerifyHash(hash, signature, _hash.Name, _padding);
        _keys.Return(key);
        return good;
    }

    public override byte[] ExportPrivateKey() =>
        _pkcs8?.AsSpan().ToArray() ?? throw new InvalidOperationException("This key has no private half.");

    public override Jwk ToPublicJwk() => new() { KeyType = "RSA", N = _public.Modulus, E = _public.Exponent };

    public override Jwk ToPrivateJwk()
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(_pkcs8 ?? throw new InvalidOperationException("This key has no private half."), out _);
        return RsaNumbers.ToJwk(key.ExportParameters(true));
    }

    public override void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    private RSA Load()
    {
        var key = RSA.Create();
        if (_pkcs8 is null)
            key.ImportParameters(_public);
        else
            key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }
}
