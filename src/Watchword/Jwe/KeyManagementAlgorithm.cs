// The one table of key management algorithms (RFC 7518 §4.1): what the `alg` of an encrypted token may name. A key carries its row.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Watchword.Jwe;

/// <summary>A way for the key that encrypts the content to reach the recipient.</summary>
public sealed class KeyManagementAlgorithm
{
    private static readonly KeyManagementAlgorithm[] Table =
    [
        new("dir", "oct"),
        new("A128KW", "oct") { WrapLength = 16 },
        new("A256KW", "oct") { WrapLength = 32 },
        new("RSA-OAEP", "RSA") { Padding = RSAEncryptionPadding.OaepSHA1 },
        new("RSA-OAEP-256", "RSA") { Padding = RSAEncryptionPadding.OaepSHA256 },
        new("ECDH-ES", "EC"),
        new("ECDH-ES+A128KW", "EC") { WrapLength = 16 },
        new("ECDH-ES+A256KW", "EC") { WrapLength = 32 },
    ];

    private KeyManagementAlgorithm(string name, string keyType)
    {
        Name = name;
        KeyType = keyType;
    }

    /// <summary>A shared key encrypts the content itself.</summary>
    public static KeyManagementAlgorithm Direct => Table[0];

    /// <summary>AES key wrap with a shared key of 128 bits (RFC 3394).</summary>
    public static KeyManagementAlgorithm A128KW => Table[1];

    /// <summary>AES key wrap with a shared key of 256 bits (RFC 3394).</summary>
    public static KeyManagementAlgorithm A256KW => Table[2];

    /// <summary>RSAES-OAEP with SHA-1.</summary>
    public static KeyManagementAlgorithm RsaOaep => Table[3];

    /// <summary>RSAES-OAEP with SHA-256.</summary>
    public static KeyManagementAlgorithm RsaOaep256 => Table[4];

    /// <summary>Elliptic curve Diffie-Hellman with a key made for the one token; what is agreed on encrypts the content itself.</summary>
    public static KeyManagementAlgorithm EcdhEs => Table[5];

    /// <summary>The same, and what is agreed on wraps the content's key by AES of 128 bits.</summary>
    public static KeyManagementAlgorithm EcdhEsA128KW => Table[6];

    /// <summary>The same, and what is agreed on wraps the content's key by AES of 256 bits.</summary>
    public static KeyManagementAlgorithm EcdhEsA256KW => Table[7];

    /// <summary>Every supported algorithm.</summary>
    public static IReadOnlyList<KeyManagementAlgorithm> All { get; } = Array.AsReadOnly(Table);

    /// <summary>The name in a token's <c>alg</c>; it is case-sensitive.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> of its keys: <c>oct</c>, <c>RSA</c> or <c>EC</c>.</summary>
    public string KeyType { get; }

    /// <summary>Whether who can encrypt can also decrypt.</summary>
    public bool IsSymmetric => KeyType == "oct";

    /// <summary>Whether the recipient's key leads to the content's key with nothing encrypted between them.</summary>
    internal bool IsDirect => WrapLength == 0 && Padding is null;

    /// <summary>The length of the key that wraps the content's key, in bytes; 0 where none does.</summary>
    internal int WrapLength { get; private init; }

    internal RSAEncryptionPadding? Padding { get; private init; }

    /// <summary>Finds an algorithm by its exact name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out KeyManagementAlgorithm? algorithm)
    {
        algorithm = Array.Find(Table, row => row.Name == name);
        return algorithm is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
