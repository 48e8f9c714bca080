// Keys on one elliptic curve (RFC 7518 §6.2), for one hash. Points off the curve are refused here.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class EcdsaFamily(EllipticCurve curve, Sha2 hash) : KeyFamily("EC", curve.Name)
{
    public override SignaturePrimitive FromPublic(Jwk jwk)
    {
        var (x, y) = (Jwk.Need(jwk.X, "x"), Jwk.Need(jwk.Y, "y"));
        if (x.Length != curve.CoordinateLength || y.Length != curve.CoordinateLength)
            throw new InvalidKeyException($"A coordinate on {curve.Name} has exactly {curve.CoordinateLength} bytes (RFC 7518 section 6.2.1.2). Publish the key again with full-length coordinates.");
        if (!curve.Contains(x, y))
            throw new InvalidKeyException($"The public point is not on {curve.Name}. The key is damaged or an attack; do not use it.");
        return new EcdsaPrimitive(curve, hash, new ECPoint { X = x, Y = y }, null);
    }

    public override SignaturePrimitive FromPrivate(Jwk jwk)
    {
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = curve.Curve,
            D = Jwk.Need(jwk.D, "d"),
            Q = new ECPoint { X = Jwk.Need(jwk.X, "x"), Y = Jwk.Need(jwk.Y, "y") },
        });
        return Private(key, key.ExportPkcs8PrivateKey());
    }

    public override SignaturePrimitive Import(ReadOnlySpan<byte> exported)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(exported, out _);
        return Private(key, exported.ToArray());
    }

    public override SignaturePrimitive Generate()
    {
        using var key = ECDsa.Create(curve.Curve);
        return Private(key, key.ExportPkcs8PrivateKey());
    }

    private EcdsaPrimitive Private(ECDsa key, byte[] pkcs8)
    {
        var parameters = key.ExportParameters(false);
        if (!parameters.Curve.IsNamed || parameters.Curve.Oid.Value != curve.Curve.Oid.Value)
            throw new InvalidKeyException($"A key on {curve.Name} is needed; this one is on another curve, or spells its curve out.");
        return new EcdsaPrimitive(curve, hash, parameters.Q, pkcs8);
    }
}
