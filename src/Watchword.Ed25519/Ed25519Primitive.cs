// EdDSA with Ed25519 (RFC 8032 §5.1.6–5.1.7) by libsodium, whose keys any number of threads may use at once.
using NSec.Cryptography;
using Watchword.Keys;
using Sodium = NSec.Cryptography.SignatureAlgorithm;

namespace Watchword.Ed25519;

internal sealed class Ed25519Primitive(Sodium algorithm, PublicKey verifying, Key? signing) : SignaturePrimitive
{
    public override int SignatureLength => algorithm.SignatureSize;

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => algorithm.Sign(Signing, data, signature);

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => algorithm.Verify(verifying, data, signature);

    public override byte[] ExportPrivateKey() => Signing.Export(KeyBlobFormat.PkixPrivateKey);

    public override Jwk ToPublicJwk() => new() { KeyType = "OKP", Curve = "Ed25519", X = verifying.Export(KeyBlobFormat.RawPublicKey) };

    public override Jwk ToPrivateJwk() => new()
    {
        KeyType = "OKP",
        Curve = "Ed25519",
        X = verifying.Export(KeyBlobFormat.RawPublicKey),
        D = Signing.Export(KeyBlobFormat.RawPrivateKey),
    };

    public override void Dispose() => signing?.Dispose();

    private Key Signing => signing ?? throw new InvalidOperationException("This key has no private half.");
}
