// The principal of a verified token. All requests with the token share it, so that nothing of it can be changed.
using System.Globalization;
using System.Security.Claims;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

// Identities and claims have members that anybody can write to (Label, Actor, BootstrapContext, Properties) and nobody can
// override. Hence whoever asks for one gets his own, made from the shared claims; the base class holds none.
internal sealed class VerifiedPrincipal(VerifiedJwt token, SharedClaim[] claims, SchemeRecord record) : ClaimsPrincipal
{
    public const string RoleClaim = "roles";

    /// <summary>The token, as the gate verified it.</summary>
    public VerifiedJwt Token { get; } = token;

    /// <summary>Its claims. They are copied before they are handed out.</summary>
    public SharedClaim[] SharedClaims { get; } = claims;

    /// <summary>The scheme that verified it.</summary>
    public SchemeRecord Record { get; } = record;

    /// <summary><c>exp</c>, as authentication properties spell it.</summary>
    public string Expires { get; } = token.ExpiresAt.ToString("r", CultureInfo.InvariantCulture);

    public override VerifiedIdentity Identity => new(this);

    public override IEnumerable<ClaimsIdentity> Identities => [Identity];

    public override IEnumerable<Claim> Claims => Identity.Claims;

    /// <summary>The principal of the first identity in <paramref name="user"/> that came from a verified token, also through a copy.</summary>
    public static VerifiedPrincipal? Of(ClaimsPrincipal user)
    {
        if (user is VerifiedPrincipal principal)
            return principal;
        foreach (var identity in user.Identities)
        {
            if (((identity as VerifiedIdentity)?.Principal ?? identity.BootstrapContext as VerifiedPrincipal) is { } verified)
                return verified;
        }
        return null;
    }

    public override bool IsInRole(string role) => HasClaim(RoleClaim, role);

    public override bool HasClaim(string type, string value) =>
        Array.Exists(SharedClaims, claim => claim.Type == type && claim.Value == value);

    public override bool HasClaim(Predicate<Claim> match) => Identity.HasClaim(match);

    public override Claim? FindFirst(string type) => Identity.FindFirst(type);

    public override Claim? FindFirst(Predicate<Claim> match) => Identity.FindFirst(match);

    public override IEnumerable<Claim> FindAll(string type) => Identity.FindAll(type);

    public override IEnumerable<Claim> FindAll(Predicate<Claim> match) => Identity.FindAll(match);

    public override void AddIdentity(ClaimsIdentity identity) => throw VerifiedIdentity.Unchangeable();

    public override void AddIdentities(IEnumerable<ClaimsIdentity> identities) => throw VerifiedIdentity.Unchangeable();

    /// <summary>An ordinary principal with the same claims, which can be changed.</summary>
    public override ClaimsPrincipal Clone() => new(Identity.Clone());

    public override void WriteTo(BinaryWriter writer) => Clone().WriteTo(writer);
}
