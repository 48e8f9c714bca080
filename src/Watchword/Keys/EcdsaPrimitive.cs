// ES256, ES384, ES512 (RFC 7518 §3.4): R and S of fixed length, which is what the overloads without a format mean, never DER.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class EcdsaPrimitive : SignaturePrimitive
{
    private readonly SignatureAlgorithm _algorithm;
    private readonly InstancePool<ECDsa> _keys;
    private readonly ECPoint _point;
    private readonly byte[]? _pkcs8;

    private EcdsaPrimitive(SignatureAlgorithm algorithm, ECPoint point, byte[]? pkcs8)
    {
        _algorithm = algorithm;
        _point = point;
        _pkcs8 = pkcs8;
        _keys = new InstancePool<ECDsa>(Load);
        _keys.Return(Load());
    }

    public override int SignatureLength => 2 * _algorithm.Curve!.CoordinateLength;

    public static EcdsaPrimitive FromPublic(SignatureAlgorithm algorithm, byte[] x, byte[] y)
    {
        var curve = algorithm.Curve!;
        if (x.Length != curve.CoordinateLength || y.Length != curve.CoordinateLength)
            throw new InvalidKeyException($"A coordinate on {curve.Name} has exactly {curve.CoordinateLength} bytes (RFC 7518 section 6.2.1.2). Publish the key again with full-length coordinates.");
        if (!curve.Contains(x, y))
            throw new InvalidKeyException($"The public point is not on {curve.Name}. The key is damaged or an attack; do not use it.");
        return new EcdsaPrimitive(algorithm, new ECPoint { X = x, Y = y }, null);
    }

    public static EcdsaPrimitive FromPkcs8(SignatureAlgorithm algorithm, ReadOnlySpan<byte> pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return FromPrivate(algorithm, key, pkcs8.ToArray());
    }

    public static EcdsaPrimitive FromPrivate(SignatureAlgorithm algorithm, ECParameters parameters)
    {
        using var key = ECDsa.Create(parameters);
        return FromPrivate(algorithm, key, key.ExportPkcs8PrivateKey());
    }

    public static EcdsaPrimitive Generate(SignatureAlgorithm algorithm)
    {
        using var key = ECDsa.Create(algorithm.Curve!.Curve);
        return FromPrivate(algorithm, key, key.ExportPkcs8PrivateKey());
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[64];
        hash = hash[.._algorithm.HashData(data, hash)];
        var key = _keys.Rent();
        if (!key.TrySignHash(hash, signature, out _))
            throw new CryptographicException("The ECDSA signature did not fit its place.");
        _keys.Return(key);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[64];
        hash = hash[.._algorithm.HashData(data, hash)];
        var key = _keys.Rent();
        var good = key.VerifyHash(hash, signature);
        _keys.Return(key);
        return good;
    }

    public override byte[] ExportPrivateKey() =>
        _pkcs8?.AsSpan().ToArray() ?? throw new InvalidOperationException("This key has no private half.");

    public override Jwk ToPublicJwk() => new() { KeyType = "EC", Curve = _algorithm.Curve!.Name, X = _point.X, Y = _point.Y };

    public override void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    private static EcdsaPrimitive FromPrivate(SignatureAlgorithm algorithm, ECDsa key, byte[] pkcs8)
    {
        var parameters = key.ExportParameters(false);
        if (!parameters.Curve.IsNamed || parameters.Curve.Oid.Value != algorithm.Curve!.Curve.Oid.Value)
            throw new InvalidKeyException($"{algorithm} needs a key on {algorithm.Curve!.Name}; this one is on another curve, or spells its curve out.");
        return new EcdsaPrimitive(algorithm, parameters.Q, pkcs8);
    }

    private ECDsa Load()
    {
        if (_pkcs8 is null)
            return ECDsa.Create(new ECParameters { Curve = _algorithm.Curve!.Curve, Q = _point });
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }
}
