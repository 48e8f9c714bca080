// Reading a token without believing it: for tools that show what is in one. It is no step of any verification.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Watchword.Encodings;

namespace Watchword.Jwt;

/// <summary>The texts of a token nobody has verified. They say what somebody wrote, not what is true.</summary>
public sealed class UnverifiedJwt
{
    private const int SignedParts = 3;
    private const int EncryptedParts = 5;

    private UnverifiedJwt(string header, string? claims)
    {
        Header = header;
        Claims = claims;
    }

    /// <summary>The header, JSON text as it was written.</summary>
    public string Header { get; }

    /// <summary>The claims, JSON text as it was written; null where the token is encrypted (RFC 7516), so that only its recipient can read them.</summary>
    public string? Claims { get; }

    /// <summary>Reads a compact token of at most 16 KiB whose header and claims are each one strict JSON object; of an encrypted one, the header.</summary>
    public static bool TryRead(string token, [NotNullWhen(true)] out UnverifiedJwt? jwt, [NotNullWhen(false)] out Rejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(token);
        jwt = null;
        rejection = null;
        if (token.Length > CompactJws.Longest)
            rejection = new Rejection(RejectionCode.TooLarge, "The token is too large.", detail: $"{token.Length} characters");
        else
            rejection = Read(token.Split('.'), out jwt);
        return jwt is not null;
    }

    private static Rejection? Read(string[] parts, out UnverifiedJwt? jwt)
    {
        jwt = null;
        if (parts.Length is not (SignedParts or EncryptedParts))
            return new Rejection(RejectionCode.Malformed, "The token does not have three parts, nor five as an encrypted one has.");
        string? claims = null;
        if (!TryText(parts[0], out var header) || (parts.Length == SignedParts && !TryText(parts[1], out claims)))
            return new Rejection(RejectionCode.Malformed, "The token's header or claims are not one strict JSON object in base64url.");
        jwt = new UnverifiedJwt(header, claims);
        return null;
    }

    private static bool TryText(string encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (Base64UrlText.Decode(encoded) is not { } json)
            return false;
        using var document = JsonDocuments.Parse(json);
        text = document is null ? null : Encoding.UTF8.GetString(json);
        return text is not null;
    }
}
