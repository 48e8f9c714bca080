// A key that decrypts what was encrypted to it: a target's private key, or a shared one.
using System.Security.Cryptography;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>A private or shared key with the one algorithm that content keys reach it by. Safe for any number of threads.</summary>
public sealed class DecryptionKey : IDisposable
{
    private readonly EncryptionBinding _binding;

    private bool _disposed;

    private DecryptionKey(EncryptionBinding binding, string? keyId, RecipientKey recipient)
    {
        _binding = binding;
        Recipient = recipient;
        KeyId = keyId ?? (Algorithm.IsSymmetric ? null : recipient.ToPublicJwk().Thumbprint());
    }

    /// <summary>The only algorithm this key serves.</summary>
    public KeyManagementAlgorithm Algorithm => _binding.Algorithm;

    /// <summary>The <c>kid</c> that tokens name it by; null only for a shared key that has none.</summary>
    public string? KeyId { get; }

    /// <summary>For <c>dir</c>, the content encryption that the key is for; null for every other algorithm.</summary>
    public ContentEncryption? Encryption => _binding.Encryption;

    internal RecipientKey Recipient { get; }

    /// <summary>Makes a new key: P-256, RSA with 3072 bits, or as many random bytes as the algorithm takes.</summary>
    /// <param name="algorithm">What it is for.</param>
    /// <param name="keyId">The identifier; by default the RFC 7638 thumbprint, or random text for a shared key.</param>
    /// <param name="encryption">The content encryption of a key for <c>dir</c>; A256GCM by default.</param>
    public static DecryptionKey Generate(KeyManagementAlgorithm algorithm, string? keyId = null, ContentEncryption? encryption = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var direct = algorithm == KeyManagementAlgorithm.Direct ? encryption ?? ContentEncryption.A256Gcm : null;
        RecipientKey recipient = algorithm.KeyType switch
        {
            "oct" when direct is not null => new DirectKey(direct, RandomNumberGenerator.GetBytes(direct.KeyLength)),
            "oct" => new AesWrapKey(algorithm, RandomNumberGenerator.GetBytes(algorithm.WrapLength)),
            "RSA" => RsaRecipientKey.Generate(algorithm),
            _ => EcdhRecipientKey.Generate(algorithm, EllipticCurve.P256),
        };
        return new DecryptionKey(
            new EncryptionBinding(algorithm, direct), keyId ?? (algorithm.IsSymmetric ? Base62.Random(16) : null), recipient);
    }

    /// <summary>Makes a key of a private or symmetric JWK.</summary>
    /// <param name="jwk">The key with its private members. Without a <c>kid</c> a private key goes by its RFC 7638 thumbprint, as it is published.</param>
    /// <param name="algorithm">
    /// The algorithm of a key that names none: ECDH-ES by default for EC, RSA-OAEP-256 for RSA; a symmetric key needs it.
    /// </param>
    /// <param name="encryption">The content encryption of a key for <c>dir</c>; by default the AES-GCM, or the AES-CBC, of its length.</param>
    /// <exception cref="InvalidKeyException">The key is weak or malformed, has no private half, is not for encryption, or is of another algorithm.</exception>
    public static DecryptionKey FromJwk(Jwk jwk, KeyManagementAlgorithm? algorithm = null, ContentEncryption? encryption = null)
    {
        ArgumentNullException.ThrowIfNull(jwk);
        var binding = EncryptionBinding.Of(jwk, algorithm, encryption, decrypts: true);
        return new DecryptionKey(binding, jwk.KeyId, binding.Load(jwk, decrypts: true));
    }

    /// <summary>The key that encrypts to this one. It must not be used once this one is disposed of.</summary>
    public EncryptionKey ToEncryptionKey() => Algorithm.IsSymmetric
        ? new EncryptionKey(_binding, KeyId, Recipient)
        : EncryptionKey.FromJwk(Recipient.ToPublicJwk().Described(KeyId, Algorithm.Name, "enc"));

    /// <summary>All members of the key, the private ones among them, with its <c>kid</c>, <c>alg</c> and <c>use</c>.</summary>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public Jwk ToPrivateJwk()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return Recipient.ToPrivateJwk().Described(KeyId, Encryption?.Name ?? Algorithm.Name, "enc", withPrivate: true);
    }

    /// <summary>Wipes the key from memory. Whoever goes on using it gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        Recipient.Dispose();
    }
}
