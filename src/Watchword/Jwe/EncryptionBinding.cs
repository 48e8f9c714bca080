// Ties a JWK to the one key management algorithm it serves (RFC 7517 §4.2–4.4), as KeyBinding does for signatures.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

/// <summary>What a key is for.</summary>
/// <param name="Algorithm">Its one algorithm.</param>
/// <param name="Encryption">For <c>dir</c>: the content encryption that the key itself is for; else null.</param>
internal readonly record struct EncryptionBinding(KeyManagementAlgorithm Algorithm, ContentEncryption? Encryption)
{
    private static readonly string[] ToEncrypt = ["encrypt", "wrapKey", "deriveKey", "deriveBits"];
    private static readonly string[] ToDecrypt = ["decrypt", "unwrapKey", "deriveKey", "deriveBits"];

    public static EncryptionBinding Of(Jwk jwk, KeyManagementAlgorithm? configured, ContentEncryption? encryption, bool decrypts)
    {
        if (jwk.Use is not (null or "enc"))
            throw new InvalidKeyException($"The key is for '{jwk.Use}', not for encryption (RFC 7517 section 4.2).");
        // A public key for key agreement has no operation of its own, so that an empty list is what others write for it.
        if (jwk.KeyOperations is { } operations && !operations.Intersect(decrypts ? ToDecrypt : ToEncrypt).Any() && (decrypts || operations.Count > 0))
            throw new InvalidKeyException("The key's key_ops do not allow encryption (RFC 7517 section 4.3).");
        var own = Own(jwk, out var named);
        if (own is not null && configured is not null && own != configured)
            throw new InvalidKeyException($"The key is for {own}, not for {configured}.");
        var algorithm = own ?? configured ?? Usual(jwk)
            ?? throw new InvalidKeyException($"The {jwk.KeyType} key names no algorithm. Add alg to it, or say which algorithm it is for.");
        if (algorithm.KeyType != jwk.KeyType)
            throw new InvalidKeyException($"{algorithm} needs a key of type {algorithm.KeyType}; this one is {jwk.KeyType}.");
        if (algorithm != KeyManagementAlgorithm.Direct)
            return new EncryptionBinding(algorithm, null);
        if (named is not null && encryption is not null && named != encryption)
            throw new InvalidKeyException($"The key is for {named}, not for {encryption}.");
        return new EncryptionBinding(algorithm, named ?? encryption ?? OfLength(Jwk.Need(jwk.K, "k").Length));
    }

    /// <summary>Loads the key with the members that the recipient needs.</summary>
    public RecipientKey Load(Jwk jwk, bool decrypts)
    {
        var (algorithm, encryption) = this;
        return KeyBinding.Guard<RecipientKey>(() => algorithm.KeyType switch
        {
            "oct" when encryption is not null => new DirectKey(encryption, Jwk.Need(jwk.K, "k")),
            "oct" => new AesWrapKey(algorithm, Jwk.Need(jwk.K, "k")),
            "RSA" => new RsaRecipientKey(algorithm, decrypts ? RsaNumbers.Complete(jwk) : RsaNumbers.Public(jwk)),
            _ => new EcdhRecipientKey(
                algorithm, CurveOf(jwk), new ECPoint { X = Jwk.Need(jwk.X, "x"), Y = Jwk.Need(jwk.Y, "y") },
                decrypts ? [.. Jwk.Need(jwk.D, "d")] : null),
        });
    }

    // RFC 7520 §5.6 gives a direct key the name of its content encryption as alg.
    private static KeyManagementAlgorithm? Own(Jwk jwk, out ContentEncryption? encryption)
    {
        encryption = null;
        if (jwk.Algorithm is not { } name)
            return null;
        if (KeyManagementAlgorithm.TryFind(name, out var found))
            return found;
        return ContentEncryption.TryFind(name, out encryption)
            ? KeyManagementAlgorithm.Direct
            : throw new InvalidKeyException("The key is for an algorithm that is not supported.");
    }

    private static KeyManagementAlgorithm? Usual(Jwk jwk) => jwk.KeyType switch
    {
        "EC" => KeyManagementAlgorithm.EcdhEs,
        "RSA" => KeyManagementAlgorithm.RsaOaep256,
        _ => null,
    };

    private static ContentEncryption OfLength(int length) => ContentEncryption.All.FirstOrDefault(encryption => encryption.KeyLength == length)
        ?? throw new InvalidKeyException($"A direct key has 16, 32 or 64 bytes; this one has {length}.");

    private static EllipticCurve CurveOf(Jwk jwk) => EllipticCurve.All.FirstOrDefault(curve => curve.Name == jwk.Curve)
        ?? throw new InvalidKeyException("The key is on a curve that is not supported; P-256, P-384 and P-521 are.");
}
