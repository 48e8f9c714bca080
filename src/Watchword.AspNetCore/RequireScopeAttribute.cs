// [RequireScope("invoices:read")] on a controller, an action or a minimal API handler.
using Microsoft.AspNetCore.Authorization;

namespace Watchword.AspNetCore;

/// <summary>
/// Demands a token that holds a scope. The caller is authenticated by the scheme <see cref="WatchwordScheme.Name"/>, unless
/// <see cref="AuthorizeAttribute.AuthenticationSchemes"/> names another. Several of these must all be met.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireScopeAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    private ScopeRequirement _requirement;

    /// <summary>Demands <paramref name="scope"/>.</summary>
    /// <param name="scope">One scope, compared exactly, for example <c>invoices:read</c>.</param>
    /// <exception cref="ArgumentException">It is not one scope as RFC 6749 §3.3 spells them.</exception>
    public RequireScopeAttribute(string scope)
    {
        _requirement = new ScopeRequirement(scope);
        AuthenticationSchemes = WatchwordScheme.Name;
    }

    /// <summary>The scope the token must hold.</summary>
    public string Scope => _requirement.Scope;

    /// <summary>
    /// The day, in UTC, from which on this refuses, as <c>2027-01-31</c>. Until then a verified caller who does not meet it passes, and log and
    /// metric say so. <see langword="null"/>, the default: it refuses.
    /// </summary>
    /// <exception cref="ArgumentException">It is not a day written like this.</exception>
    public string? ReportOnlyUntil
    {
        get => ReportOnlyDay.Write(_requirement.ReportOnlyUntil);
        set => _requirement = new ScopeRequirement(Scope) { ReportOnlyUntil = ReportOnlyDay.Read(value) };
    }

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [_requirement];
}
