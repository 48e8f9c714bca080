// [RequireClient("orders")] on a controller, an action or a minimal API handler.
using Microsoft.AspNetCore.Authorization;

namespace Watchword.AspNetCore;

/// <summary>
/// Demands that the caller is a certain client of a certain issuer. The caller is authenticated by the scheme
/// <see cref="WatchwordScheme.Name"/>, unless <see cref="AuthorizeAttribute.AuthenticationSchemes"/> names another.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireClientAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    private ClientRequirement _requirement;

    /// <summary>Demands the client called <paramref name="client"/> at <paramref name="issuer"/>.</summary>
    /// <param name="client">The client's id, compared exactly.</param>
    /// <param name="issuer">The issuer; <see langword="null"/> means the one in the settings of the scheme.</param>
    /// <exception cref="ArgumentException">The client or the issuer is empty.</exception>
    public RequireClientAttribute(string client, string? issuer = null)
    {
        _requirement = new ClientRequirement(client, issuer);
        AuthenticationSchemes = WatchwordScheme.Name;
    }

    /// <summary>The id the client must have.</summary>
    public string Client => _requirement.Client;

    /// <summary>The issuer the client must belong to, or <see langword="null"/> for the scheme's own.</summary>
    public string? Issuer => _requirement.Issuer;

    /// <summary>
    /// The day, in UTC, from which on this refuses, as <c>2027-01-31</c>. Until then a verified caller who does not meet it passes, and log and
    /// metric say so. <see langword="null"/>, the default: it refuses.
    /// </summary>
    /// <exception cref="ArgumentException">It is not a day written like this.</exception>
    public string? ReportOnlyUntil
    {
        get => ReportOnlyDay.Write(_requirement.ReportOnlyUntil);
        set => _requirement = new ClientRequirement(Client, Issuer) { ReportOnlyUntil = ReportOnlyDay.Read(value) };
    }

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [_requirement];
}
