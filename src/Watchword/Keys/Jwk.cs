// A JSON Web Key as it is written (RFC 7517, RFC 7518 §6, RFC 8037 §2). What it may be used for is decided when a key is made of it.
using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Keys;

/// <summary>The members of a JSON Web Key. Byte members hold what stands behind the base64url text. Immutable once made.</summary>
public sealed class Jwk
{
    /// <summary><c>kty</c>: <c>EC</c>, <c>OKP</c>, <c>RSA</c> or <c>oct</c>; others are read, but no key can be made of them.</summary>
    public required string KeyType { get; init; }

    /// <summary><c>kid</c>, or null.</summary>
    public string? KeyId { get; init; }

    /// <summary><c>alg</c>, or null.</summary>
    public string? Algorithm { get; init; }

    /// <summary><c>use</c>: <c>sig</c>, <c>enc</c> or null.</summary>
    public string? Use { get; init; }

    /// <summary><c>key_ops</c>, or null.</summary>
    public IReadOnlyList<string>? KeyOperations { get; init; }

    /// <summary><c>crv</c> of an EC or OKP key.</summary>
    public string? Curve { get; init; }

    /// <summary><c>x</c> of an EC key, big-endian, of the curve's full length; the public key of an OKP key.</summary>
    public byte[]? X { get; init; }

    /// <summary><c>y</c> of an EC key.</summary>
    public byte[]? Y { get; init; }

    /// <summary><c>n</c>, the modulus of an RSA key, big-endian.</summary>
    public byte[]? N { get; init; }

    /// <summary><c>e</c>, the public exponent of an RSA key.</summary>
    public byte[]? E { get; init; }

    /// <summary><c>d</c>, the private exponent, the private scalar, or the private key of an OKP key.</summary>
    public byte[]? D { get; init; }

    /// <summary><c>p</c>, the first prime of an RSA key.</summary>
    public byte[]? P { get; init; }

    /// <summary><c>q</c>, the second prime of an RSA key.</summary>
    public byte[]? Q { get; init; }

    /// <summary><c>dp</c>, the first prime's exponent of an RSA key. It is written for others, and worked out anew when a key is loaded.</summary>
    public byte[]? DP { get; init; }

    /// <summary><c>dq</c>, the second prime's exponent of an RSA key.</summary>
    public byte[]? DQ { get; init; }

    /// <summary><c>qi</c>, the coefficient of an RSA key.</summary>
    public byte[]? QI { get; init; }

    /// <summary><c>k</c>, the secret of an <c>oct</c> key.</summary>
    public byte[]? K { get; init; }

    /// <summary>Whether the key holds anything that must not be published.</summary>
    public bool IsPrivate => (D ?? P ?? Q ?? DP ?? DQ ?? QI ?? K) is not null;

    /// <summary>Reads one JWK. Members without a meaning here are passed over.</summary>
    /// <exception cref="InvalidKeyException">The text is not one strict JSON object of that shape.</exception>
    public static Jwk Parse(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocuments.Parse(json)
            ?? throw new InvalidKeyException("The key is not a JSON object (RFC 7517). Check that the whole file was given.");
        try
        {
            return Read(document.RootElement);
        }
        catch (InvalidOperationException fault)
        {
            throw new InvalidKeyException("The key holds a string that is no text: half of a surrogate pair. Check that it was copied whole.", fault);
        }
    }

    internal static Jwk Read(JsonElement json) => new()
    {
        KeyType = Text(json, "kty") ?? throw new InvalidKeyException("The key has no kty (RFC 7517 section 4.1)."),
        KeyId = Text(json, "kid"),
        Algorithm = Text(json, "alg"),
        Use = Text(json, "use"),
        KeyOperations = Texts(json, "key_ops"),
        Curve = Text(json, "crv"),
        X = Bytes(json, "x"),
        Y = Bytes(json, "y"),
        N = Bytes(json, "n"),
        E = Bytes(json, "e"),
        D = Bytes(json, "d"),
        P = Bytes(json, "p"),
        Q = Bytes(json, "q"),
        DP = Bytes(json, "dp"),
        DQ = Bytes(json, "dq"),
        QI = Bytes(json, "qi"),
        K = Bytes(json, "k"),
    };

    /// <summary>Writes the key as one JSON object, without its private members.</summary>
    /// <exception cref="InvalidOperationException">The key is symmetric and so has no public form.</exception>
    public void WritePublicTo(Utf8JsonWriter writer)
    {
        if (KeyType == "oct")
            throw new InvalidOperationException("A symmetric key is never published.");
        writer.WriteStartObject();
        WritePublicMembers(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the key as one JSON object with its private members, for a file that nobody else can read.</summary>
    public void WritePrivateTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WritePublicMembers(writer);
        WriteIfThere(writer, "d", D);
        WriteIfThere(writer, "p", P);
        WriteIfThere(writer, "q", Q);
        WriteIfThere(writer, "dp", DP);
        WriteIfThere(writer, "dq", DQ);
        WriteIfThere(writer, "qi", QI);
        WriteIfThere(writer, "k", K);
        writer.WriteEndObject();
    }

    /// <summary>The SHA-256 thumbprint of the required members, base64url (RFC 7638): the usual <c>kid</c>.</summary>
    public string Thumbprint()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteIfThere(writer, "crv", Curve);
            WriteIfThere(writer, "e", E);
            WriteIfThere(writer, "k", K);
            writer.WriteString("kty", KeyType);
            WriteIfThere(writer, "n", N);
            WriteIfThere(writer, "x", X);
            WriteIfThere(writer, "y", Y);
            writer.WriteEndObject();
        }
        return Base64UrlText.Encode(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>A member that a key of its type must have.</summary>
    internal static byte[] Need(byte[]? member, string name) =>
        member ?? throw new InvalidKeyException($"The key has no {name} (RFC 7518 section 6).");

    /// <summary>The same public members, and where they are asked for the private ones, with a name and a purpose.</summary>
    internal Jwk Described(string? keyId, string algorithm, string use, bool withPrivate = false) => new()
    {
        KeyType = KeyType,
        KeyId = keyId,
        Algorithm = algorithm,
        Use = use,
        Curve = Curve,
        X = X,
        Y = Y,
        N = N,
        E = E,
        D = withPrivate ? D : null,
        P = withPrivate ? P : null,
        Q = withPrivate ? Q : null,
        DP = withPrivate ? DP : null,
        DQ = withPrivate ? DQ : null,
        QI = withPrivate ? QI : null,
        K = withPrivate ? K : null,
    };

    private void WritePublicMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("kty", KeyType);
        WriteIfThere(writer, "use", Use);
        WriteIfThere(writer, "alg", Algorithm);
        WriteIfThere(writer, "kid", KeyId);
        WriteIfThere(writer, "crv", Curve);
        WriteIfThere(writer, "x", X);
        WriteIfThere(writer, "y", Y);
        WriteIfThere(writer, "n", N);
        WriteIfThere(writer, "e", E);
    }

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new InvalidKeyException($"The key's {name} is not a string.");

    private static List<string>? Texts(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new InvalidKeyException($"The key's {name} is not an array of strings.");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static byte[]? Bytes(JsonElement json, string name) => Text(json, name) is not { } text ? null
        : Base64UrlText.Decode(text) ?? throw new InvalidKeyException($"The key's {name} is not base64url (RFC 7515 section 2).");

    private static void WriteIfThere(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static void WriteIfThere(Utf8JsonWriter writer, string name, byte[]? value)
    {
        if (value is not null)
            writer.WriteString(name, Base64UrlText.Encode(value));
    }
}
