// Algorithms that the framework does not have live in a package of their own, so that who does not want one has no dependency.
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Keys;

/// <summary>
/// Stands in the table for a family of another assembly. It is looked for once, when a key or a token of it is first met; that the
/// application refers to the package is all it takes.
/// </summary>
internal sealed class PackagedFamily(string keyType, string curve, string package, Func<KeyFamily?> find) : KeyFamily(keyType, curve)
{
    private readonly Lazy<KeyFamily?> _found = new(find);

    /// <summary>Ed25519 (RFC 8032, RFC 8037). The name is a constant, which trimming and native compilation follow.</summary>
    public static PackagedFamily Ed25519 { get; } = new(
        "OKP", "Ed25519", "Watchword.Ed25519", () => Make(Type.GetType("Watchword.Ed25519.Ed25519Family, Watchword.Ed25519")));

    public override string? MissingPackage => _found.Value is null ? package : null;

    private KeyFamily Found => _found.Value
        ?? throw new InvalidKeyException($"Keys on {Curve} need the package {package}. Add it to the application; nothing else has to be done.");

    public override SignaturePrimitive FromPublic(Jwk jwk) => Found.FromPublic(jwk);

    public override SignaturePrimitive FromPrivate(Jwk jwk) => Found.FromPrivate(jwk);

    public override SignaturePrimitive Import(ReadOnlySpan<byte> exported) => Found.Import(exported);

    public override SignaturePrimitive Generate() => Found.Generate();

    private static KeyFamily? Make([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type? type) =>
        type is null ? null : (KeyFamily)Activator.CreateInstance(type)!;
}
