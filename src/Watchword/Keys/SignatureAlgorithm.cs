// The one table of signature algorithms (RFC 7518 §3.1). A key carries its row; a token only names one.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Watchword.Keys;

/// <summary>An algorithm that signs tokens, with everything that distinguishes it from the others.</summary>
public sealed class SignatureAlgorithm
{
    private static readonly SignatureAlgorithm[] Table =
    [
        new("HS256", "oct", HashAlgorithmName.SHA256, 32),
        new("HS384", "oct", HashAlgorithmName.SHA384, 48),
        new("HS512", "oct", HashAlgorithmName.SHA512, 64),
        new("RS256", "RSA", HashAlgorithmName.SHA256, 32) { Padding = RSASignaturePadding.Pkcs1 },
        new("RS384", "RSA", HashAlgorithmName.SHA384, 48) { Padding = RSASignaturePadding.Pkcs1 },
        new("RS512", "RSA", HashAlgorithmName.SHA512, 64) { Padding = RSASignaturePadding.Pkcs1 },
        new("PS256", "RSA", HashAlgorithmName.SHA256, 32) { Padding = RSASignaturePadding.Pss },
        new("PS384", "RSA", HashAlgorithmName.SHA384, 48) { Padding = RSASignaturePadding.Pss },
        new("PS512", "RSA", HashAlgorithmName.SHA512, 64) { Padding = RSASignaturePadding.Pss },
        new("ES256", "EC", HashAlgorithmName.SHA256, 32) { Curve = EllipticCurve.P256 },
        new("ES384", "EC", HashAlgorithmName.SHA384, 48) { Curve = EllipticCurve.P384 },
        new("ES512", "EC", HashAlgorithmName.SHA512, 64) { Curve = EllipticCurve.P521 },
    ];

    private SignatureAlgorithm(string name, string keyType, HashAlgorithmName hash, int hashLength)
    {
        Name = name;
        KeyType = keyType;
        Hash = hash;
        HashLength = hashLength;
    }

    /// <summary>HMAC with SHA-256.</summary>
    public static SignatureAlgorithm HS256 => Table[0];

    /// <summary>HMAC with SHA-384.</summary>
    public static SignatureAlgorithm HS384 => Table[1];

    /// <summary>HMAC with SHA-512.</summary>
    public static SignatureAlgorithm HS512 => Table[2];

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    public static SignatureAlgorithm RS256 => Table[3];

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-384.</summary>
    public static SignatureAlgorithm RS384 => Table[4];

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-512.</summary>
    public static SignatureAlgorithm RS512 => Table[5];

    /// <summary>RSASSA-PSS with SHA-256 and a salt as long as the hash.</summary>
    public static SignatureAlgorithm PS256 => Table[6];

    /// <summary>RSASSA-PSS with SHA-384 and a salt as long as the hash.</summary>
    public static SignatureAlgorithm PS384 => Table[7];

    /// <summary>RSASSA-PSS with SHA-512 and a salt as long as the hash.</summary>
    public static SignatureAlgorithm PS512 => Table[8];

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public static SignatureAlgorithm ES256 => Table[9];

    /// <summary>ECDSA on P-384 with SHA-384.</summary>
    public static SignatureAlgorithm ES384 => Table[10];

    /// <summary>ECDSA on P-521 with SHA-512.</summary>
    public static SignatureAlgorithm ES512 => Table[11];

    /// <summary>Every supported algorithm.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } = Array.AsReadOnly(Table);

    /// <summary>The name in a token's <c>alg</c>; it is case-sensitive.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> of its keys: <c>oct</c>, <c>RSA</c> or <c>EC</c>.</summary>
    public string KeyType { get; }

    /// <summary>Whether who can verify can also sign.</summary>
    public bool IsSymmetric => KeyType == "oct";

    internal HashAlgorithmName Hash { get; }

    internal int HashLength { get; }

    internal RSASignaturePadding? Padding { get; private init; }

    internal EllipticCurve? Curve { get; private init; }

    /// <summary>Finds an algorithm by its exact name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out SignatureAlgorithm? algorithm)
    {
        algorithm = Array.Find(Table, row => row.Name == name);
        return algorithm is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal int HashData(ReadOnlySpan<byte> data, Span<byte> destination) => HashLength switch
    {
        32 => SHA256.HashData(data, destination),
        48 => SHA384.HashData(data, destination),
        _ => SHA512.HashData(data, destination),
    };
}
