// RSA keys (RFC 7518 §6.3), for one hash and one padding.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class RsaFamily(Sha2 hash, RSASignaturePadding padding) : KeyFamily("RSA")
{
    public override SignaturePrimitive FromPublic(Jwk jwk) => new RsaPrimitive(hash, padding, RsaNumbers.Public(jwk), null);

    public override SignaturePrimitive FromPrivate(Jwk jwk)
    {
        using var key = RSA.Create(RsaNumbers.Complete(jwk));
        return Private(key, key.ExportPkcs8PrivateKey());
    }

    public override SignaturePrimitive Import(ReadOnlySpan<byte> exported)
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(exported, out _);
        return Private(key, exported.ToArray());
    }

    public override SignaturePrimitive Generate()
    {
        using var key = RSA.Create(RsaStrength.GeneratedBits);
        return Private(key, key.ExportPkcs8PrivateKey());
    }

    private RsaPrimitive Private(RSA key, byte[] pkcs8) => new(hash, padding, key.ExportParameters(false), pkcs8);
}
