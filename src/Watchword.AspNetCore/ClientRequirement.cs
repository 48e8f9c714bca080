// The caller must be one certain client. Who is calling is the pair of issuer and client, never a name alone.
using Microsoft.AspNetCore.Authorization;

namespace Watchword.AspNetCore;

/// <summary>
/// Demands that the caller is a certain client of a certain issuer, by a token that a Watchword scheme verified. A claim of that
/// name in a principal that came any other way does not count. The requirement is its own handler, so nothing need be registered.
/// </summary>
public sealed class ClientRequirement : IAuthorizationRequirement, IAuthorizationHandler
{
    /// <summary>Demands the client called <paramref name="client"/> at <paramref name="issuer"/>.</summary>
    /// <param name="client">The client's id, compared exactly with the token's <c>client_id</c>.</param>
    /// <param name="issuer">
    /// The issuer, compared exactly with the token's <c>iss</c>. <see langword="null"/> means the setting <c>Issuer</c> of the
    /// scheme that verified the token; where it has none, nobody is this client.
    /// </param>
    /// <exception cref="ArgumentException">The client or the issuer is empty.</exception>
    public ClientRequirement(string client, string? issuer = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(client);
        if (issuer is not null)
            ArgumentException.ThrowIfNullOrEmpty(issuer);
        Client = client;
        Issuer = issuer;
    }

    /// <summary>The id the client must have.</summary>
    public string Client { get; }

    /// <summary>The issuer the client must belong to, or <see langword="null"/> for the scheme's own.</summary>
    public string? Issuer { get; }

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
        if (caller is not null && caller.Token.ClientId == Client && caller.Token.Issuer == (Issuer ?? caller.Record.PrimaryIssuer))
            context.Succeed(this);
        else
            Refusal(caller).Apply(context, this, caller, ReportOnlyUntil);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => $"The caller must be the client {Client} of {Issuer ?? "the scheme's issuer"}.";

    private AccessRefusal Refusal(VerifiedPrincipal? caller)
    {
        var detail = caller is null
            ? "the caller was not authenticated by a Watchword scheme"
            : Issuer is null && caller.Record.PrimaryIssuer is null
            ? $"RequireClient names no issuer, and {caller.Record.Scheme} has none of its own: write RequireClient(\"{Client}\", issuer: ...); the caller is client {caller.Token.ClientId} of {caller.Token.Issuer}"
            : $"the caller is client {caller.Token.ClientId} of {caller.Token.Issuer}";
        return new(new Rejection(RejectionCode.ClientNotAllowed, "This client may not make this request.", "client_id", detail));
    }
}
