// What distinguishes one algorithm's keys from another's: how the primitive behind a key comes to be. One for each row of the table.
namespace Watchword.Keys;

internal abstract class KeyFamily(string keyType, string? curve = null)
{
    /// <summary>The <c>kty</c> of its keys.</summary>
    public string KeyType { get; } = keyType;

    /// <summary>The <c>crv</c> that its keys must have, and by which one without <c>alg</c> is bound; null where there is none.</summary>
    public string? Curve { get; } = curve;

    /// <summary>The package that must be added before any of its keys can be loaded; null where nothing is missing.</summary>
    public virtual string? MissingPackage => null;

    /// <summary>A key that verifies, of a public or symmetric JWK.</summary>
    public abstract SignaturePrimitive FromPublic(Jwk jwk);

    /// <summary>A key that signs, of a private or symmetric JWK.</summary>
    public abstract SignaturePrimitive FromPrivate(Jwk jwk);

    /// <summary>A key that signs, of what <see cref="SignaturePrimitive.ExportPrivateKey"/> gave.</summary>
    public abstract SignaturePrimitive Import(ReadOnlySpan<byte> exported);

    /// <summary>A new key that signs.</summary>
    public abstract SignaturePrimitive Generate();
}
