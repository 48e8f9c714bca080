// A key that tokens are encrypted to: the public half of a target's key, or a shared one.
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>A recipient's key with the one algorithm that content keys reach it by. Immutable and safe for any number of threads.</summary>
public sealed class EncryptionKey
{
    private readonly EncryptionBinding _binding;

    internal EncryptionKey(EncryptionBinding binding, string? keyId, RecipientKey recipient)
    {
        _binding = binding;
        KeyId = keyId;
        Recipient = recipient;
    }

    /// <summary>The only algorithm this key serves.</summary>
    public KeyManagementAlgorithm Algorithm => _binding.Algorithm;

    /// <summary>The <c>kid</c> that tokens name it by, or null.</summary>
    public string? KeyId { get; }

    /// <summary>For <c>dir</c>, the content encryption that the key is for; null for every other algorithm.</summary>
    public ContentEncryption? Encryption => _binding.Encryption;

    internal RecipientKey Recipient { get; }

    /// <summary>Makes a key of a JWK.</summary>
    /// <param name="jwk">A public or symmetric key; private members are ignored.</param>
    /// <param name="algorithm">
    /// The algorithm of a key that names none: ECDH-ES by default for EC, RSA-OAEP-256 for RSA; a symmetric key needs it.
    /// </param>
    /// <param name="encryption">The content encryption of a key for <c>dir</c>; by default the AES-GCM, or the AES-CBC, of its length.</param>
    /// <exception cref="InvalidKeyException">The key is weak or malformed, not for encryption, or of another algorithm.</exception>
    public static EncryptionKey FromJwk(Jwk jwk, KeyManagementAlgorithm? algorithm = null, ContentEncryption? encryption = null)
    {
        ArgumentNullException.ThrowIfNull(jwk);
        var binding = EncryptionBinding.Of(jwk, algorithm, encryption, decrypts: false);
        return new EncryptionKey(binding, jwk.KeyId, binding.Load(jwk, decrypts: false));
    }

    /// <summary>The public members with <c>kid</c> (the RFC 7638 thumbprint where it has no other), <c>alg</c> and <c>use</c>.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric.</exception>
    public Jwk ToJwk()
    {
        var jwk = Recipient.ToPublicJwk();
        return jwk.Described(KeyId ?? jwk.Thumbprint(), Algorithm.Name, "enc");
    }
}
