// The protected header, read strictly (RFC 7515 §4). Everything in it that could choose a key or a rule is ignored on purpose.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwt;

internal sealed class JwsHeader
{
    private const int UsualMembers = 8;

    private JwsHeader(SignatureAlgorithm algorithm, string? keyId, string? type)
    {
        Algorithm = algorithm;
        KeyId = keyId;
        Type = type;
    }

    public SignatureAlgorithm Algorithm { get; }

    public string? KeyId { get; }

    public string? Type { get; }

    /// <summary>Whether <c>typ</c> is this media type; "application/" may be left out, and case does not count (RFC 7515 §4.1.9).</summary>
    public bool IsOfType(string type)
    {
        const string prefix = "application/";
        var own = Type.AsSpan();
        if (own.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            own = own[prefix.Length..];
        return own.Equals(type, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Decodes and reads a header; false where it is not acceptable whatever the key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out JwsHeader? header, [NotNullWhen(false)] out Rejection? rejection) =>
        HeaderText.TryRead(encoded, Parse, out header, out rejection);

    private static Rejection? Parse(ReadOnlySpan<byte> json, out JwsHeader? header)
    {
        header = null;
        JsonValue algorithm = default, keyId = default, type = default;
        var extended = false;
        using var reader = new JsonObjectReader(json, stackalloc MemberNames.Entry[UsualMembers]);
        while (reader.Next(out var name, out var value))
        {
            if (name.TextEquals(json, "alg"u8))
                algorithm = value;
            else if (name.TextEquals(json, "kid"u8))
                keyId = value;
            else if (name.TextEquals(json, "typ"u8))
                type = value;
            else if (name.TextEquals(json, "crit"u8))
                extended = true;
            else if (name.TextEquals(json, "b64"u8))
                extended |= value.Type != JsonTokenType.True;
        }
        if (Fault(algorithm, keyId, type, extended) is { } fault)
            return fault;
        var algorithmName = algorithm.Text(json);
        if (!SignatureAlgorithm.TryFind(algorithmName, out var found))
            return Unsupported($"alg is '{algorithmName}'");
        if (found.MissingPackage is { } package)
            return Unsupported($"alg is '{algorithmName}', which needs the package {package}");
        header = new JwsHeader(found, keyId.Exists ? keyId.Text(json) : null, type.Exists ? type.Text(json) : null);
        return null;
    }

    // No extension is understood, so that crit is wrong in every form it can have (RFC 7515 §4.1.11, RFC 7797 §6).
    private static Rejection? Fault(JsonValue algorithm, JsonValue keyId, JsonValue type, bool extended)
    {
        if (extended)
            return new Rejection(RejectionCode.UnsupportedCritical, "The token demands an extension that is not supported.", "crit");
        if (!algorithm.Exists)
            return new Rejection(RejectionCode.UnsupportedAlgorithm, "The token names no algorithm.", "alg");
        if (!algorithm.IsString)
            return Malformed("The token's header has an alg that is not a string.");
        if (keyId.Exists && !keyId.IsString)
            return Malformed("The token's header has a kid that is not a string.");
        return type.Exists && !type.IsString ? Malformed("The token's header has a typ that is not a string.") : null;
    }

    private static Rejection Unsupported(string detail) => new(RejectionCode.UnsupportedAlgorithm, "The token's algorithm is not supported.", "alg", detail);

    private static Rejection Malformed(string message) => HeaderText.Malformed(message);
}
