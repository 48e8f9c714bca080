// What may be an issuer's identifier (RFC 8414 §2, RFC 9207): an origin, and nothing but an origin.
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Trust;

/// <summary>The rule for issuer identifiers: <c>https://host[:port]</c>, or <c>http://</c> on loopback; compared character by character.</summary>
public static class IssuerUrl
{
    /// <summary>Checks an issuer identifier.</summary>
    /// <param name="text">The identifier as it was configured.</param>
    /// <param name="url">The identifier as a URL.</param>
    /// <param name="fault">A sentence that says what is wrong and what to write instead.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out string? fault)
    {
        fault = Uri.TryCreate(text, UriKind.Absolute, out url) ? Fault(text, url) : $"'{text}' is not a URL; write it like https://issuer.example.";
        return fault is null;
    }

    /// <summary>Whether a URL may be called: HTTPS anywhere, HTTP on this machine only.</summary>
    public static bool IsSecure(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
    }

    private static string? Fault(string text, Uri url)
    {
        // First of all, because no other sentence may repeat it.
        if (url.UserInfo.Length > 0)
            return $"The issuer must not hold a user name or password; write {Origin(url)}.";
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            return $"'{text}' is neither an https nor an http URL; write it like https://issuer.example.";
        if (!IsSecure(url))
            return $"'{text}' is plain http to another machine; use https, or http only with localhost, 127.0.0.1 or [::1].";
        if (url.AbsolutePath != "/" || url.Query.Length > 0 || url.Fragment.Length > 0 || text.AsSpan().ContainsAny('?', '#'))
            return $"'{text}' has a path, a query or a fragment, which an issuer must not have; write {Origin(url)}.";
        return text == Origin(url) ? null : $"'{text}' is not in its canonical form; write {Origin(url)}.";
    }

    // Without the user name and password, which GetLeftPart would repeat.
    private static string Origin(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
