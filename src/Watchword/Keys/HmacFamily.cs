// Shared secrets (RFC 7518 §3.2, §6.4). Who can verify can sign, so that both halves are one.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class HmacFamily(Sha2 hash) : KeyFamily("oct")
{
    public override SignaturePrimitive FromPublic(Jwk jwk) => Import(Jwk.Need(jwk.K, "k"));

    public override SignaturePrimitive FromPrivate(Jwk jwk) => FromPublic(jwk);

    public override SignaturePrimitive Import(ReadOnlySpan<byte> exported) => new HmacPrimitive(hash, exported);

    public override SignaturePrimitive Generate() => Import(RandomNumberGenerator.GetBytes(hash.Length));
}
