// Keys at rest: AES-256-GCM under a wrapping key, bound to what the key is for (NIST SP 800-38D).
using System.Security.Cryptography;

namespace Watchword.Keys;

/// <summary>
/// Encrypts keys for storage. Each box is one version byte, a random 12-byte nonce, a 16-byte tag and the ciphertext; purpose,
/// identifier and algorithm are authenticated with it, so that a box moved to another row does not open.
/// </summary>
public sealed class KeyProtection : IDisposable
{
    /// <summary>The length of the wrapping key in bytes.</summary>
    public const int KeyLength = 32;

    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = 1 + NonceLength + TagLength;
    private readonly InstancePool<AesGcm> _ciphers;
    private readonly byte[] _key;

    /// <summary>Protects under a key of 32 bytes, which is copied.</summary>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public KeyProtection(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
            throw new ArgumentException($"The wrapping key has {key.Length} bytes; {KeyLength} are needed.", nameof(key));
        _key = key.ToArray();
        _ciphers = new InstancePool<AesGcm>(() => new AesGcm(_key, TagLength));
    }

    /// <summary>Encrypts a key for the row it will be stored in.</summary>
    /// <param name="plaintext">The key's bytes.</param>
    /// <param name="purpose">What the key is for.</param>
    /// <param name="id">The identifier of the row.</param>
    /// <param name="algorithm">The algorithm the key serves.</param>
    public byte[] Protect(ReadOnlySpan<byte> plaintext, string purpose, string id, string algorithm)
    {
        var box = new byte[Overhead + plaintext.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var cipher = _ciphers.Rent();
        cipher.Encrypt(nonce, plaintext, box.AsSpan(Overhead), box.AsSpan(1 + NonceLength, TagLength), Bound(purpose, id, algorithm));
        _ciphers.Return(cipher);
        return box;
    }

    /// <summary>Decrypts what <see cref="Protect"/> made for the same row. The caller wipes the result.</summary>
    /// <exception cref="KeyProtectionException">The box was altered, belongs to another row, or was made under another key.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> box, string purpose, string id, string algorithm)
    {
        if (box.Length < Overhead || box[0] != Version)
            throw new KeyProtectionException($"The stored key '{id}' ({purpose}) is damaged: it does not have the expected form.");
        var plaintext = new byte[box.Length - Overhead];
        try
        {
            var cipher = _ciphers.Rent();
            cipher.Decrypt(box.Slice(1, NonceLength), box[Overhead..], box.Slice(1 + NonceLength, TagLength), plaintext, Bound(purpose, id, algorithm));
            _ciphers.Return(cipher);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new KeyProtectionException($"The stored key '{id}' ({purpose}) does not open: it was altered, moved from another row, or encrypted under another key.", fault);
        }
    }

    /// <summary>Wipes the wrapping key from memory.</summary>
    public void Dispose()
    {
        _ciphers.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    // Lengths before texts, so that no two triples give the same bytes.
    private static byte[] Bound(string purpose, string id, string algorithm) =>
        System.Text.Encoding.UTF8.GetBytes($"watchword|{purpose.Length}:{purpose}|{id.Length}:{id}|{algorithm.Length}:{algorithm}");
}
