// The key derivation of ECDH-ES (RFC 7518 §4.6.2): the single-step derivation of NIST SP 800-56A with SHA-256.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Watchword.Jwe;

internal static class ConcatKdf
{
    /// <summary>Derives a key.</summary>
    /// <param name="secret">What both sides agreed on.</param>
    /// <param name="algorithm">The name of what the key is for: the content encryption, or the algorithm that wraps.</param>
    /// <param name="apu">The header's <c>apu</c>, decoded; empty where there is none.</param>
    /// <param name="apv">The header's <c>apv</c>, decoded.</param>
    /// <param name="key">The key; its length is part of what is hashed.</param>
    public static void Derive(ReadOnlySpan<byte> secret, string algorithm, ReadOnlySpan<byte> apu, ReadOnlySpan<byte> apv, Span<byte> key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        for (int round = 1, done = 0; done < key.Length; round++)
        {
            AppendNumber(hash, round);
            hash.AppendData(secret);
            AppendSized(hash, Encoding.ASCII.GetBytes(algorithm));
            AppendSized(hash, apu);
            AppendSized(hash, apv);
            AppendNumber(hash, key.Length * 8);
            hash.GetHashAndReset(block);
            var part = Math.Min(block.Length, key.Length - done);
            block[..part].CopyTo(key[done..]);
            done += part;
        }
        CryptographicOperations.ZeroMemory(block);
    }

    private static void AppendSized(IncrementalHash hash, ReadOnlySpan<byte> data)
    {
        AppendNumber(hash, data.Length);
        hash.AppendData(data);
    }

    private static void AppendNumber(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
