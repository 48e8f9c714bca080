// ES256, ES384, ES512 (RFC 7518 §3.4): R and S of fixed length, which is what the overloads without a format mean, never DER.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class EcdsaPrimitive : SignaturePrimitive
{
    private readonly EllipticCurve _curve;
    private readonly Sha2 _hash;
    private readonly InstancePool<ECDsa> _keys;
    private readonly ECPoint _point;
    private readonly byte[]? _pkcs8;

    public EcdsaPrimitive(EllipticCurve curve, Sha2 hash, ECPoint point, byte[]? pkcs8)
    {
        _curve = curve;
        _hash = hash;
        _point = point;
        _pkcs8 = pkcs8;
        _keys = new InstancePool<ECDsa>(Load);
        _keys.Return(Load());
    }

    public override int SignatureLength => 2 * _curve.CoordinateLength;

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[Sha2.Longest];
        hash = hash[.._hash.Compute(data, hash)];
        var key = _keys.Rent();
        if (!key.TrySignHash(hash, signature, out _))
            throw new CryptographicException("The ECDSA signature did not fit its place.");
        _keys.Return(key);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[Sha2.Longest];
        hash = hash[.._hash.Compute(data, hash)];
        var key = _keys.Rent();
        var good = key.VerifyHash(hash, signature);
        _keys.Return(key);
        return good;
    }

    public override byte[] ExportPrivateKey() =>
        _pkcs8?.AsSpan().ToArray() ?? throw new InvalidOperationException("This key has no private half.");

    public override Jwk ToPublicJwk() => new() { KeyType = "EC", Curve = _curve.Name, X = _point.X, Y = _point.Y };

    public override Jwk ToPrivateJwk()
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8 ?? throw new InvalidOperationException("This key has no private half."), out _);
        return _curve.ToJwk(key.ExportParameters(true));
    }

    public override void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    private ECDsa Load()
    {
        if (_pkcs8 is null)
            return ECDsa.Create(new ECParameters { Curve = _curve.Curve, Q = _point });
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }
}
