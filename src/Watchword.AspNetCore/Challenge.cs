// What a refused request is answered in WWW-Authenticate. RFC 6750 §3, RFC 9110 §11.6.1.
namespace Watchword.AspNetCore;

// A rejection's code and message are printable ASCII without quote or backslash, and so are scopes (RFC 6749 §3.3): nothing of
// what a token contained can reach this header, or break it.
internal static class Challenge
{
    private const string Scheme = "Bearer";

    /// <summary>401: bare when no token was sent, else with the reason.</summary>
    public static string ForToken(Rejection? rejection, string? pages) => rejection is null
        ? Scheme
        : $"{Scheme} error=\"invalid_token\", error_description=\"{Description(rejection)}\"{ErrorUri(rejection, pages)}";

    /// <summary>403: the token is good, and not good enough.</summary>
    public static string ForAccess(AccessRefusal refusal, string? pages)
    {
        var scope = refusal.Scope is { } needed ? $"scope=\"{needed}\", " : "";
        return $"{Scheme} error=\"insufficient_scope\", {scope}error_description=\"{Description(refusal.Rejection)}\"{ErrorUri(refusal.Rejection, pages)}";
    }

    /// <summary>The page about a refusal; null where no place for such pages is set.</summary>
    /// <param name="rejection">The refusal.</param>
    /// <param name="pages">The setting <c>ErrorUri</c>.</param>
    public static string? Page(Rejection rejection, string? pages) => pages is null ? null : $"{pages}#{rejection.Code}";

    private static string ErrorUri(Rejection rejection, string? pages) => Page(rejection, pages) is { } page ? $", error_uri=\"{page}\"" : "";

    private static string Description(Rejection rejection) => $"{rejection.Code}: {rejection.Message}";
}
