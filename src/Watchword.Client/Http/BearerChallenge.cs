// Reads from a 401 whether the target refused the token itself (RFC 6750 §3, RFC 9110 §11.2).
using System.Net;

namespace Watchword.Client.Http;

internal static class BearerChallenge
{
    /// <summary>Whether the answer is 401 with a challenge <c>Bearer … error="invalid_token"</c>.</summary>
    public static bool RefusesToken(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return false;
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            if (string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
                && challenge.Parameter is { } parameters && Value(parameters, "error") == "invalid_token")
                return true;
        }
        return false;
    }

    /// <summary>The value of one of the comma-separated parameters, each a token or a quoted string; null if it is not among them.</summary>
    public static string? Value(ReadOnlySpan<char> parameters, string name)
    {
        while (true)
        {
            parameters = parameters.TrimStart(" \t,");
            var equals = parameters.IndexOf('=');
            if (equals < 0)
                return null;
            var found = parameters[..equals].Trim(" \t").Equals(name, StringComparison.OrdinalIgnoreCase);
            parameters = parameters[(equals + 1)..].TrimStart(" \t");
            var length = parameters is ['"', ..] ? QuotedLength(parameters)
                : parameters.IndexOf(',') is var comma and >= 0 ? comma
                : parameters.Length;
            if (found)
                return Unquote(parameters[..length]);
            parameters = parameters[length..];
        }
    }

    private static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        }
        return text.Length;
    }

    private static string Unquote(ReadOnlySpan<char> text) =>
        (text is ['"', .., '"'] ? text[1..^1].ToString().Replace("\\", "", StringComparison.Ordinal) : text.TrimEnd(" \t").ToString());
}
