// Refusals of a token that is good and not good enough: a scope is missing, or the endpoint is for another client.
using Watchword.Jwt;

namespace Watchword.AspNetCore.Explanations;

internal static class AccessReasons
{
    public static Reason Of(AccessRefusal refusal, VerifiedJwt? token, string audience)
    {
        if (token is null)
            return new("a token that a Watchword scheme has verified", "another kind of authentication", "At the target: name the Watchword scheme in the endpoint's policy.");
        return refusal switch
        {
            { Scope: { Length: > 0 } needed } => Scope(needed, token, audience),
            { Client: { } client } => new(client, $"client {PlainText.Of(token.ClientId)} of {token.Issuer}",
                "If this client may call the endpoint: name it, with its issuer, in RequireClient.", "If not: the caller has no business here.")
            {
                Text = $"The request is for {client}; the caller is client {PlainText.Of(token.ClientId)} of {token.Issuer}.",
            },
            _ => new(null, $"client {PlainText.Of(token.ClientId)} of {token.Issuer}, scope {PlainText.Of(token.Scope ?? "(none)")}", "A policy of the application's own refused it: see what the endpoint demands."),
        };
    }

    private static IEnumerable<string> Words(string[] scopes) => scopes.Select(scope => $"--scope {PlainText.Word(scope, "SCOPE")}");

    private static Reason Scope(string needed, VerifiedJwt token, string audience)
    {
        string[] missing = [.. needed.Split(' ').Where(scope => !token.HasScope(scope))];
        var got = token.Scope is { } held ? $"scope {PlainText.Of(held)}" : "no scope";
        var reason = token.ClientId == token.Issuer
            ? new Reason($"scope {needed}", got,
                $"At the caller, which issues for itself: AddWatchwordSelfIssued(audience: \"{audience}\", scope: \"{needed}\"); and let its entry at this target hold {string.Join(' ', missing)}.")
            : new Reason($"scope {needed}", got,
                $"At the caller: ask for it: AddWatchwordToken(resource: \"{audience}\", scope: \"{needed}\").",
                $"At the issuer: grant it: watchword grant add {PlainText.Word(token.ClientId, "CLIENT")} {PlainText.Word(audience, "RESOURCE")} {string.Join(' ', Words(missing))}.");
        return reason with { Text = $"The token holds {got}; this request needs {needed}." };
    }
}
