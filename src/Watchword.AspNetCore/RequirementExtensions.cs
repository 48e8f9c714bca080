// The same two demands on endpoints and in named policies.
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Watchword.AspNetCore;

/// <summary>Demands on the caller's token, for endpoints and for policies.</summary>
public static class RequirementExtensions
{
    /// <summary>Lets in only callers whose token holds a scope. Several calls must all be met.</summary>
    /// <param name="endpoint">The endpoint or group.</param>
    /// <param name="scope">One scope, compared exactly.</param>
    /// <param name="scheme">The Watchword scheme that authenticates the caller.</param>
    /// <param name="reportOnlyUntil">The day, in UTC, from which on this refuses; until then log and metric say whom it would have refused.</param>
    /// <exception cref="ArgumentException">The scope is not one as RFC 6749 §3.3 spells them.</exception>
    public static TBuilder RequireScope<TBuilder>(
        this TBuilder endpoint, string scope, string scheme = WatchwordScheme.Name, DateOnly? reportOnlyUntil = null)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(
            new RequireScopeAttribute(scope) { AuthenticationSchemes = scheme, ReportOnlyUntil = ReportOnlyDay.Write(reportOnlyUntil) });

    /// <summary>Lets in only one client of one issuer.</summary>
    /// <param name="endpoint">The endpoint or group.</param>
    /// <param name="client">The client's id, compared exactly.</param>
    /// <param name="issuer">The issuer; <see langword="null"/> means the one in the settings of the scheme.</param>
    /// <param name="scheme">The Watchword scheme that authenticates the caller.</param>
    /// <param name="reportOnlyUntil">The day, in UTC, from which on this refuses; until then log and metric say whom it would have refused.</param>
    /// <exception cref="ArgumentException">The client or the issuer is empty.</exception>
    public static TBuilder RequireClient<TBuilder>(
        this TBuilder endpoint, string client, string? issuer = null, string scheme = WatchwordScheme.Name, DateOnly? reportOnlyUntil = null)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(
            new RequireClientAttribute(client, issuer) { AuthenticationSchemes = scheme, ReportOnlyUntil = ReportOnlyDay.Write(reportOnlyUntil) });

    /// <summary>Adds to a policy that the caller's token must hold a scope.</summary>
    /// <param name="policy">The policy. Which schemes authenticate the caller is for the policy to say.</param>
    /// <param name="scope">One scope, compared exactly.</param>
    /// <param name="reportOnlyUntil">The day, in UTC, from which on this refuses; until then log and metric say whom it would have refused.</param>
    /// <exception cref="ArgumentException">The scope is not one as RFC 6749 §3.3 spells them.</exception>
    public static AuthorizationPolicyBuilder RequireScope(this AuthorizationPolicyBuilder policy, string scope, DateOnly? reportOnlyUntil = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.AddRequirements(new ScopeRequirement(scope) { ReportOnlyUntil = reportOnlyUntil });
    }

    /// <summary>Adds to a policy that the caller must be one client of one issuer.</summary>
    /// <param name="policy">The policy. Which schemes authenticate the caller is for the policy to say.</param>
    /// <param name="client">The client's id, compared exactly.</param>
    /// <param name="issuer">The issuer; <see langword="null"/> means the one in the settings of the scheme that verified the token.</param>
    /// <param name="reportOnlyUntil">The day, in UTC, from which on this refuses; until then log and metric say whom it would have refused.</param>
    /// <exception cref="ArgumentException">The client or the issuer is empty.</exception>
    public static AuthorizationPolicyBuilder RequireClient(
        this AuthorizationPolicyBuilder policy, string client, string? issuer = null, DateOnly? reportOnlyUntil = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.AddRequirements(new ClientRequirement(client, issuer) { ReportOnlyUntil = reportOnlyUntil });
    }
}
