// May you have this: the second step of the token endpoint, a pure function of what was asked and what is granted
// (RFC 6749 §3.3 and §4.4, RFC 8707 §2.2).
using System.Diagnostics.CodeAnalysis;
using Watchword.Issuer.Clients;

namespace Watchword.Issuer.Tokens;

/// <param name="Target">The granted resource that the token is for.</param>
/// <param name="Scope">The scopes that the token carries, joined with spaces; null where there is none.</param>
internal readonly record struct TokenGrant(CallerGrant Target, string? Scope)
{
    private const string ClientCredentials = "client_credentials";

    /// <summary>A hundred scopes of the greatest length: more than any resource has.</summary>
    private const int MaxScopeLength = 100 * 129;

    public static bool TryDecide(
        CallerEntry caller, TokenForm form, out TokenGrant grant, [NotNullWhen(false)] out TokenError? error)
    {
        grant = default;
        error = form.GrantType switch
        {
            ClientCredentials => null,
            null => TokenError.InvalidRequest("The parameter grant_type is missing; it is client_credentials."),
            _ => TokenError.BadRequest("unsupported_grant_type", "The only grant_type here is client_credentials."),
        };
        if (error is not null || !TryFindTarget(caller, form.Resource, out var target, out error)) return false;
        if (!TryNarrow(target, form.Scope, out var scope))
        {
            error = TokenError.InvalidScope("A scope that was asked for is not granted to this client for this resource.");
            return false;
        }
        grant = new TokenGrant(target, scope);
        return true;
    }

    private static bool TryFindTarget(
        CallerEntry caller,
        string? resource,
        [NotNullWhen(true)] out CallerGrant? target,
        [NotNullWhen(false)] out TokenError? error)
    {
        target = null;
        error = null;
        if (resource is not null)
        {
            if (caller.Grants.TryGetValue(resource, out target)) return true;
            error = TokenError.InvalidTarget("There is no such resource, or nothing of it is granted to this client.");
            return false;
        }
        switch (caller.Grants.Count)
        {
            case 0:
                error = TokenError.BadRequest("unauthorized_client", "Nothing is granted to this client.");
                return false;
            case 1:
                target = caller.Grants.Values.First();
                return true;
            default:
                error = TokenError.InvalidTarget("Several resources are granted to this client: name one by the parameter resource.");
                return false;
        }
    }

    // All of what was asked, in the grant's own order, or nothing: a scope is never left out silently.
    private static bool TryNarrow(CallerGrant target, string? asked, out string? scope)
    {
        scope = target.ScopeText;
        if (asked is null || asked == target.ScopeText) return true;
        if (asked.Length > MaxScopeLength) return false;

        var granted = target.Scopes;
        var chosen = new bool[granted.Count];
        foreach (var range in asked.AsSpan().Split(' '))
        {
            var index = IndexOf(granted, asked.AsSpan(range));
            if (index < 0) return false;
            chosen[index] = true;
        }
        scope = string.Join(' ', granted.Where((_, index) => chosen[index]));
        return true;
    }

    private static int IndexOf(IReadOnlyList<string> granted, ReadOnlySpan<char> scope)
    {
        for (var i = 0; i < granted.Count; i++)
        {
            if (scope.SequenceEqual(granted[i])) return i;
        }
        return -1;
    }
}
