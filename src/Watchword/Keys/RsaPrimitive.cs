// RS256/384/512 and PS256/384/512 (RFC 7518 §3.3, §3.5).
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class RsaPrimitive : SignaturePrimitive
{
    private readonly SignatureAlgorithm _algorithm;
    private readonly InstancePool<RSA> _keys;
    private readonly RSAParameters _public;
    private readonly byte[]? _pkcs8;

    private RsaPrimitive(SignatureAlgorithm algorithm, RSAParameters publicKey, byte[]? pkcs8)
    {
        RsaStrength.Check(publicKey);
        _algorithm = algorithm;
        _public = publicKey;
        _pkcs8 = pkcs8;
        _keys = new InstancePool<RSA>(Load);
    }

    public override int SignatureLength => _public.Modulus!.Length;

    public static RsaPrimitive FromPublic(SignatureAlgorithm algorithm, Jwk jwk) => new(algorithm, RsaNumbers.Public(jwk), null);

    public static RsaPrimitive FromPkcs8(SignatureAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new RsaPrimitive(algorithm, key.ExportParameters(false), pkcs8.ToArray());
    }

    public static RsaPrimitive FromPrivate(SignatureAlgorithm algorithm, RSAParameters parameters)
    {
        using var key = RSA.Create(parameters);
        return new RsaPrimitive(algorithm, key.ExportParameters(false), key.ExportPkcs8PrivateKey());
    }

    public static RsaPrimitive Generate(SignatureAlgorithm algorithm)
    {
        using var key = RSA.Create(RsaStrength.GeneratedBits);
        return new RsaPrimitive(algorithm, key.ExportParameters(false), key.ExportPkcs8PrivateKey());
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[64];
        hash = hash[.._algorithm.HashData(data, hash)];
        var key = _keys.Rent();
        if (!key.TrySignHash(hash, signature, _algorithm.Hash, _algorithm.Padding!, out _))
            throw new CryptographicException("The RSA signature did not fit its place.");
        _keys.Return(key);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[64];
        hash = hash[.._algorithm.HashData(data, hash)];
        var key = _keys.Rent();
        var good = key.VerifyHash(hash, signature, _algorithm.Hash, _algorithm.Padding!);
        _keys.Return(key);
        return good;
    }

    public override byte[] ExportPrivateKey() =>
        _pkcs8?.AsSpan().ToArray() ?? throw new InvalidOperationException("This key has no private half.");

    public override Jwk ToPublicJwk() => new() { KeyType = "RSA", N = _public.Modulus, E = _public.Exponent };

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
