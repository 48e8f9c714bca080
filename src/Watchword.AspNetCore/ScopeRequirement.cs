// The token must hold a scope. RFC 6749 §3.3, RFC 6750 §3.1 (insufficient_scope).
using Microsoft.AspNetCore.Authorization;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

/// <summary>
/// Demands that the caller's token, verified by a Watchword scheme, holds a scope. A claim of that name in a principal that came
/// any other way does not count. The requirement is its own handler, so nothing need be registered for it.
/// </summary>
public sealed class ScopeRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    /// <summary>Demands <paramref name="scope"/>.</summary>
    /// <param name="scope">One scope, compared exactly, for example <c>invoices:read</c>.</param>
    /// <exception cref="ArgumentException">It is not one scope as RFC 6749 §3.3 spells them.</exception>
    public ScopeRequirement(string scope)
    {
        if (!ScopeText.IsToken(scope))
            throw new ArgumentException($"'{scope}' is not one scope: write printable ASCII without space, quote or backslash, and require several scopes one by one.", nameof(scope));
        Scope = scope;
    }

    /// <summary>The scope the token must hold.</summary>
    public string Scope { get; }

    /// <inheritdoc/>
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var token = context.User.GetVerifiedJwt();
        if (token is not null && token.HasScope(Scope))
            context.Succeed(this);
        else
            Refusal(context, token).Fail(context, this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => $"The token must hold the scope {Scope}.";

    // RFC 6750 §3: the scope attribute lists all that the request needs, not just what was found missing first.
    private static AccessRefusal Refusal(AuthorizationHandlerContext context, VerifiedJwt? token)
    {
        var needed = string.Join(' ', context.Requirements.OfType<ScopeRequirement>().Select(requirement => requirement.Scope).Distinct());
        var detail = token is null
            ? "the caller was not authenticated by a Watchword scheme"
            : $"client {token.ClientId} of {token.Issuer} holds: {string.Join(' ', token.Scopes)}";
        return new(new Rejection(RejectionCode.InsufficientScope, "The token lacks a scope that this request needs.", "scope", detail), needed);
    }
}
