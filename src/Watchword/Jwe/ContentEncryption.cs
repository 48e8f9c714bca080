// The one table of content encryption algorithms (RFC 7518 §5.1): what a token's `enc` may name.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Watchword.Jwe;

/// <summary>An authenticated encryption of a token's content, with the lengths of its key, nonce and tag.</summary>
public sealed class ContentEncryption
{
    private static readonly ContentEncryption[] Table =
    [
        new("A128GCM", 16, 12, 16),
        new("A256GCM", 32, 12, 16),
        new("A128CBC-HS256", 32, 16, 16) { Hash = HashAlgorithmName.SHA256 },
        new("A256CBC-HS512", 64, 16, 32) { Hash = HashAlgorithmName.SHA512 },
    ];

    private ContentEncryption(string name, int keyLength, int nonceLength, int tagLength)
    {
        Name = name;
        KeyLength = keyLength;
        NonceLength = nonceLength;
        TagLength = tagLength;
    }

    /// <summary>AES-GCM with a key of 128 bits.</summary>
    public static ContentEncryption A128Gcm => Table[0];

    /// <summary>AES-GCM with a key of 256 bits.</summary>
    public static ContentEncryption A256Gcm => Table[1];

    /// <summary>AES-CBC with HMAC SHA-256, encrypted first (RFC 7518 §5.2.3).</summary>
    public static ContentEncryption A128CbcHs256 => Table[2];

    /// <summary>AES-CBC with HMAC SHA-512, encrypted first (RFC 7518 §5.2.5).</summary>
    public static ContentEncryption A256CbcHs512 => Table[3];

    /// <summary>Every supported algorithm.</summary>
    public static IReadOnlyList<ContentEncryption> All { get; } = Array.AsReadOnly(Table);

    /// <summary>The name in a token's <c>enc</c>; it is case-sensitive.</summary>
    public string Name { get; }

    /// <summary>The length of its key in bytes: 16, 32 or 64.</summary>
    public int KeyLength { get; }

    internal int NonceLength { get; }

    internal int TagLength { get; }

    internal HashAlgorithmName? Hash { get; private init; }

    /// <summary>Finds an algorithm by its exact name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out ContentEncryption? encryption)
    {
        encryption = Array.Find(Table, row => row.Name == name);
        return encryption is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The length of the ciphertext of so much plaintext.</summary>
    internal int CiphertextLength(int plaintext) => Hash is null ? plaintext : plaintext - plaintext % 16 + 16;

    internal ContentCipher Create(ReadOnlySpan<byte> key) => Hash is null ? new GcmCipher(key) : new CbcHmacCipher(this, key);
}
