// Finds the token in an Authorization header. RFC 6750 §2.1, RFC 9110 §11.4 and §11.6.2.
using Microsoft.Extensions.Primitives;

namespace Watchword.AspNetCore;

internal static class BearerCredential
{
    private const string Scheme = "Bearer";

    private static readonly Rejection Several =
        new(RejectionCode.Malformed, "The request has more than one Authorization header.");

    private static readonly Rejection NotOneToken =
        new(RejectionCode.Malformed, "The Authorization header does not hold exactly one token after the word Bearer.");

    /// <summary>What stands where a token should, whatever it is, for whoever explains what is wrong with it.</summary>
    public static string Text(StringValues header)
    {
        var text = header.ToString();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].Trim(' ') : text;
    }

    /// <summary>
    /// <see langword="true"/> with the token. <see langword="false"/> with a rejection when the header is there and wrong, and
    /// without one when it is absent or belongs to another scheme. What the token is made of is for the gate to judge.
    /// </summary>
    public static bool TryRead(StringValues header, out ReadOnlyMemory<char> token, out Rejection? rejection)
    {
        token = default;
        rejection = header.Count > 1 ? Several : null;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = value.AsMemory(Scheme.Length);
        if (rest.Span is [not ' ', ..])
            return false; // "Bearerish": another scheme
        var credential = rest.TrimStart(' ');
        if (credential.IsEmpty || credential.Span.IndexOfAny(" ,\t") >= 0)
        {
            rejection = NotOneToken;
            return false;
        }
        token = credential;
        return true;
    }
}
