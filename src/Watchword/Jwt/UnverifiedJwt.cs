// Reading a token without believing it: for tools that show what is in one. It is no step of any verification.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Watchword.Encodings;

namespace Watchword.Jwt;

/// <summary>The texts of a token nobody has verified. They say what somebody wrote, not what is true.</summary>
public sealed class UnverifiedJwt
{
    private UnverifiedJwt(string header, string claims)
    {
        Header = header;
        Claims = claims;
    }

    /// <summary>The header, JSON text as it was written.</summary>
    public string Header { get; }

    /// <summary>The claims, JSON text as it was written.</summary>
    public string Claims { get; }

    /// <summary>Reads a compact token of at most 16 KiB whose header and claims are each one strict JSON object.</summary>
    public static bool TryRead(string token, [NotNullWhen(true)] out UnverifiedJwt? jwt, [NotNullWhen(false)] out Rejection? rejection)
    {
        ArgumentNullException.ThrowIfNull(token);
        jwt = null;
        rejection = null;
        if (token.Length > CompactJws.Longest)
            rejection = new Rejection(RejectionCode.TooLarge, "The token is too large.", detail: $"{token.Length} characters");
        else if (token.Split('.') is not [var header, var claims, _])
            rejection = new Rejection(RejectionCode.Malformed, "The token does not have three parts.");
        else if (!TryText(header, out var headerText) || !TryText(claims, out var claimsText))
            rejection = new Rejection(RejectionCode.Malformed, "The token's header or claims are not one strict JSON object in base64url.");
        else
            jwt = new UnverifiedJwt(headerText, claimsText);
        return jwt is not null;
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
