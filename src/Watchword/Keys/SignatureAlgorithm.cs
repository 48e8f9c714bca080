// The one table of signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1). A key carries its row; a token only names one.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Watchword.Keys;

/// <summary>An algorithm that signs tokens, with everything that distinguishes it from the others.</summary>
public sealed class SignatureAlgorithm
{
    private static readonly SignatureAlgorithm[] Table =
    [
        new("HS256", new HmacFamily(Sha2.Sha256)),
        new("HS384", new HmacFamily(Sha2.Sha384)),
        new("HS512", new HmacFamily(Sha2.Sha512)),
        new("RS256", new RsaFamily(Sha2.Sha256, RSASignaturePadding.Pkcs1)),
        new("RS384", new RsaFamily(Sha2.Sha384, RSASignaturePadding.Pkcs1)),
        new("RS512", new RsaFamily(Sha2.Sha512, RSASignaturePadding.Pkcs1)),
        new("PS256", new RsaFamily(Sha2.Sha256, RSASignaturePadding.Pss)),
        new("PS384", new RsaFamily(Sha2.Sha384, RSASignaturePadding.Pss)),
        new("PS512", new RsaFamily(Sha2.Sha512, RSASignaturePadding.Pss)),
        new("ES256", new EcdsaFamily(EllipticCurve.P256, Sha2.Sha256)),
        new("ES384", new EcdsaFamily(EllipticCurve.P384, Sha2.Sha384)),
        new("ES512", new EcdsaFamily(EllipticCurve.P521, Sha2.Sha512)),
        new("EdDSA", PackagedFamily.Ed25519, otherName: "Ed25519"),
    ];

    private readonly string? _otherName;

    private SignatureAlgorithm(string name, KeyFamily family, string? otherName = null)
    {
        Name = name;
        _otherName = otherName;
        Family = family;
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

    /// <summary>
    /// Ed25519 (RFC 8037). Its keys need the package Watchword.Ed25519. RFC 9864 calls it <c>Ed25519</c>: that name is read wherever this
    /// one is, and <c>EdDSA</c>, which more libraries know, is written.
    /// </summary>
    public static SignatureAlgorithm EdDSA => Table[12];

    /// <summary>Every algorithm of the table, those whose package is missing among them.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } = Array.AsReadOnly(Table);

    /// <summary>The name in a token's <c>alg</c>; it is case-sensitive.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> of its keys: <c>oct</c>, <c>RSA</c>, <c>EC</c> or <c>OKP</c>.</summary>
    public string KeyType => Family.KeyType;

    /// <summary>Whether who can verify can also sign.</summary>
    public bool IsSymmetric => KeyType == "oct";

    /// <summary>The package that the application must refer to before keys of this algorithm can be loaded; null where nothing is missing.</summary>
    public string? MissingPackage => Family.MissingPackage;

    internal KeyFamily Family { get; }

    /// <summary>Finds an algorithm by its exact name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out SignatureAlgorithm? algorithm)
    {
        algorithm = name is null ? null : Array.Find(Table, row => row.Name == name || row._otherName == name);
        return algorithm is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
