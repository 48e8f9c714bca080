// The SHA-2 functions that signatures are made over (RFC 7518 §3.2–3.5).
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class Sha2
{
    /// <summary>The longest hash, in bytes.</summary>
    public const int Longest = 64;

    private Sha2(HashAlgorithmName name, int length)
    {
        Name = name;
        Length = length;
    }

    public static Sha2 Sha256 { get; } = new(HashAlgorithmName.SHA256, 32);

    public static Sha2 Sha384 { get; } = new(HashAlgorithmName.SHA384, 48);

    public static Sha2 Sha512 { get; } = new(HashAlgorithmName.SHA512, 64);

    public HashAlgorithmName Name { get; }

    /// <summary>The length of a hash in bytes.</summary>
    public int Length { get; }

    public int Compute(ReadOnlySpan<byte> data, Span<byte> destination) => Length switch
    {
        32 => SHA256.HashData(data, destination),
        48 => SHA384.HashData(data, destination),
        _ => SHA512.HashData(data, destination),
    };
}
