// What a refused request is answered in WWW-Authenticate. RFC 6750 §3, RFC 9110 §11.6.1.
namespace Watchword.AspNetCore;

// A rejection's code and message are printable ASCII without quote or backslash, and so are scopes (RFC 6749 §3.3): nothing of
// what a token contained can reach this header, or break it.
internal static class Challenge
{
    private const string Scheme = "Bearer";

    /// <summary>401: bare when no token was sent, else with the reason.</summary>
    public static string ForToken(Rejection? rejection) => rejection is null
        ? Scheme
        : $"{Scheme} error=\"invalid_token\", error_description=\"{Description(rejection)}\"";

    /// <summary>403: the token is good, and not good enough.</summary>
    public static string ForAccess(AccessRefusal refusal) => refusal.Scope is null
        ? $"{Scheme} error=\"insufficient_scope\", error_description=\"{Description(refusal.Rejection)}\""
        : $"{Scheme} error=\"insufficient_scope\", scope=\"{refusal.Scope}\", error_description=\"{Description(refusal.Rejection)}\"";

    private static string Description(Rejection rejection) => $"{rejection.Code}: {rejection.Message}";
}
