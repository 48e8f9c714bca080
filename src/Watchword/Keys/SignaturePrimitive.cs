// The system's primitive behind a key. Everything about an algorithm that is not the primitive is in SignatureAlgorithm.
namespace Watchword.Keys;

internal abstract class SignaturePrimitive : IDisposable
{
    /// <summary>The exact length of every signature of this key, in bytes.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>Signs; the destination is exactly <see cref="SignatureLength"/> bytes.</summary>
    public abstract void Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>PKCS#8, or the secret itself.</summary>
    public abstract byte[] ExportPrivateKey();

    /// <summary>The public members of the key as a JWK.</summary>
    public abstract Jwk ToPublicJwk();

    /// <summary>All members of the key as a JWK, the private ones among them.</summary>
    public abstract Jwk ToPrivateJwk();

    public abstract void Dispose();
}
