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

    /// <summary>
    /// The day, in UTC, from which on the requirement refuses. Until then a verified caller who does not meet it passes, and log and metric say so.
    /// <see langword="null"/>, the default: it refuses.
    /// </summary>
    public DateOnly? ReportOnlyUntil { get; init; }

    /// <inheritdoc/>
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var caller = VerifiedPrincipal.Of(context.User);
        if (caller is not null && caller.Token.HasScope(Scope))
            context.Succeed(this);
        else
            Refusal(context, caller).Apply(context, this, caller, ReportOnlyUntil);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => $"The token must hold the scope {Scope}.";

    // RFC 6750 §3: the scope attribute lists all that the request needs, not just what was found missing first.
    private static AccessRefusal Refusal(AuthorizationHandlerContext context, VerifiedPrincipal? caller)
    {
        var needed = string.Join(' ', context.Requirements.OfType<ScopeRequirement>()
            .Where(requirement => !AccessRefusal.IsReportOnly(requirement.ReportOnlyUntil, caller)).Select(requirement => requirement.Scope).Distinct());
        var detail = caller is null
            ? "the caller was not authenticated by a Watchword scheme"
            : $"client {caller.Token.ClientId} of {caller.Token.Issuer} holds: {string.Join(' ', caller.Token.Scopes)}";
        return new(new Rejection(RejectionCode.InsufficientScope, "The token lacks a scope that this request needs.", "scope", detail), needed);
    }
}
