// A key that verifies: bound to one algorithm when it is loaded (RFC 8725 §3.1), and refused there if it is weak.
using System.Security.Cryptography;

namespace Watchword.Keys;

/// <summary>A public key, or a shared secret, with the one algorithm it may verify. Immutable and safe for any number of threads.</summary>
public sealed class VerificationKey
{
    private readonly SignaturePrimitive _primitive;

    internal VerificationKey(SignatureAlgorithm algorithm, string? keyId, SignaturePrimitive primitive)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        _primitive = primitive;
    }

    /// <summary>The only algorithm this key verifies.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The identifier that tokens name it by, or null.</summary>
    public string? KeyId { get; }

    /// <summary>Makes a key of a JWK.</summary>
    /// <param name="jwk">A public or symmetric key; private members are ignored.</param>
    /// <param name="algorithm">
    /// The algorithm of a key that names none. An EC or OKP key names its own by its curve; an RSA key without <c>alg</c> needs this.
    /// </param>
    /// <exception cref="InvalidKeyException">The key is weak or malformed, not for verifying, or of another algorithm.</exception>
    public static VerificationKey FromJwk(Jwk jwk, SignatureAlgorithm? algorithm = null)
    {
        ArgumentNullException.ThrowIfNull(jwk);
        if (jwk.Use is not (null or "sig"))
            throw new InvalidKeyException($"The key is for '{jwk.Use}', not for signatures (RFC 7517 section 4.2).");
        if (jwk.KeyOperations is { } operations && !operations.Contains("verify"))
            throw new InvalidKeyException("The key's key_ops do not contain verify (RFC 7517 section 4.3).");
        var bound = KeyBinding.Bind(jwk, algorithm);
        return new VerificationKey(bound, jwk.KeyId, KeyBinding.Guard(() => bound.Family.FromPublic(jwk)));
    }

    /// <summary>Makes a key of a shared secret.</summary>
    /// <param name="algorithm">HS256, HS384 or HS512.</param>
    /// <param name="secret">At least as many bytes as the hash has (RFC 7518 §3.2).</param>
    /// <param name="keyId">The identifier that tokens name it by.</param>
    /// <exception cref="InvalidKeyException">The secret is too short.</exception>
    public static VerificationKey FromSecret(SignatureAlgorithm algorithm, ReadOnlySpan<byte> secret, string? keyId = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!algorithm.IsSymmetric)
            throw new InvalidKeyException($"{algorithm} verifies with a public key, not with a secret.");
        return new VerificationKey(algorithm, keyId, algorithm.Family.Import(secret));
    }

    /// <summary>Whether the signature fits the data. A signature of a wrong length or shape does not fit; nothing is thrown.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != _primitive.SignatureLength)
            return false;
        try
        {
            return _primitive.Verify(data, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Whether the other is the same public key under the same name.</summary>
    internal bool IsSameAs(VerificationKey other) => Algorithm == other.Algorithm && KeyId == other.KeyId
        && _primitive.ToPublicJwk().Thumbprint() == other._primitive.ToPublicJwk().Thumbprint();

    /// <summary>The public members of the key, with its <c>kid</c>, <c>alg</c> and <c>use</c>.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric.</exception>
    public Jwk ToJwk()
    {
        var jwk = _primitive.ToPublicJwk();
        return jwk.Described(KeyId ?? jwk.Thumbprint(), Algorithm.Name, "sig");
    }
}
