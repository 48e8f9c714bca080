// A key that signs: one algorithm, one identifier, and the encoded headers of its tokens, made once.
using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Keys;

/// <summary>A private key, or a shared secret, with the one algorithm it signs by. Safe for any number of threads.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly SignaturePrimitive _primitive;
    private readonly ConcurrentDictionary<string, byte[]> _headers = new();

    private SigningKey(SignatureAlgorithm algorithm, string? keyId, SignaturePrimitive primitive)
    {
        _primitive = primitive;
        Algorithm = algorithm;
        KeyId = keyId ?? (algorithm.IsSymmetric ? Base62.Random(16) : primitive.ToPublicJwk().Thumbprint());
    }

    /// <summary>The only algorithm this key signs by.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The <c>kid</c> in the header of its tokens.</summary>
    public string KeyId { get; }

    internal int SignatureLength => _primitive.SignatureLength;

    /// <summary>Makes a new key: a curve of the algorithm, RSA with 3072 bits, or a secret as long as the hash.</summary>
    /// <param name="algorithm">What it signs by.</param>
    /// <param name="keyId">The identifier; by default the RFC 7638 thumbprint, or random text for a secret.</param>
    /// <exception cref="InvalidKeyException">The package of the algorithm is missing.</exception>
    public static SigningKey Generate(SignatureAlgorithm algorithm, string? keyId = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return new SigningKey(algorithm, keyId, algorithm.Family.Generate());
    }

    /// <summary>Loads a key that was exported.</summary>
    /// <param name="algorithm">What it signs by.</param>
    /// <param name="privateKey">PKCS#8 (DER), or the bytes of the secret.</param>
    /// <param name="keyId">The identifier; by default as in <see cref="Generate"/>.</param>
    /// <exception cref="InvalidKeyException">The key is weak, malformed, or of another algorithm.</exception>
    public static SigningKey Import(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey, string? keyId = null)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var bytes = privateKey.ToArray();
        try
        {
            return new SigningKey(algorithm, keyId, KeyBinding.Guard(() => algorithm.Family.Import(bytes)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Makes a key of a private or symmetric JWK.</summary>
    /// <param name="jwk">The key with its private members.</param>
    /// <param name="algorithm">The algorithm, where the JWK names none.</param>
    /// <exception cref="InvalidKeyException">The key is weak or malformed, has no private half, or is of another algorithm.</exception>
    public static SigningKey FromJwk(Jwk jwk, SignatureAlgorithm? algorithm = null)
    {
        ArgumentNullException.ThrowIfNull(jwk);
        var bound = KeyBinding.Bind(jwk, algorithm);
        return new SigningKey(bound, jwk.KeyId, KeyBinding.Guard(() => bound.Family.FromPrivate(jwk)));
    }

    /// <summary>The private key for safe keeping: PKCS#8 (DER), or the bytes of the secret. The caller wipes it.</summary>
    public byte[] ExportPrivateKey() => _primitive.ExportPrivateKey();

    /// <summary>All members of the key, the private ones among them, with its <c>kid</c>, <c>alg</c> and <c>use</c>.</summary>
    public Jwk ToPrivateJwk() => _primitive.ToPrivateJwk().Described(KeyId, Algorithm.Name, "sig", withPrivate: true);

    /// <summary>The key that verifies what this one signs. It must not be used once this one is disposed of.</summary>
    public VerificationKey ToVerificationKey() => Algorithm.IsSymmetric
        ? new VerificationKey(Algorithm, KeyId, _primitive)
        : VerificationKey.FromJwk(_primitive.ToPublicJwk().Described(KeyId, Algorithm.Name, "sig"));

    /// <summary>Signs data that is already in the form of a signing input; the destination has exactly the signature's length.</summary>
    internal void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => _primitive.Sign(data, signature);

    /// <summary>The base64url text of the header with its dot. There are only a few types, all chosen by our own code.</summary>
    internal ReadOnlySpan<byte> EncodedHeader(string? type) => _headers.TryGetValue(type ?? "", out var header) ? header : AddHeader(type);

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => _primitive.Dispose();

    private byte[] AddHeader(string? type)
    {
        var json = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", Algorithm.Name);
            if (type is not null)
                writer.WriteString("typ", JsonEncodedText.Encode(type, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
            writer.WriteString("kid", KeyId);
            writer.WriteEndObject();
        }
        var encoded = new byte[Base64UrlText.EncodedLength(json.WrittenCount) + 1];
        Base64UrlText.Encode(json.WrittenSpan, encoded);
        encoded[^1] = (byte)'.';
        if (_headers.Count < 16)
            _headers[type ?? ""] = encoded;
        return encoded;
    }
}
