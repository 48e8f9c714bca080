// The identity of a verified token: its claims as ASP.NET Core expects them. Requests may share it, so nobody can change it.
using System.Security.Claims;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

internal sealed class VerifiedIdentity : ClaimsIdentity
{
    private const string NameClaim = "sub";
    private const string RoleClaim = "roles";

    public VerifiedIdentity(VerifiedJwt token, string scheme, string primaryIssuer)
        : base(identity: null, claims: null, scheme, NameClaim, RoleClaim, StringComparison.Ordinal)
    {
        Token = token;
        PrimaryIssuer = primaryIssuer;
        BootstrapContext = this; // so that a copy, which the application may change, still tells which token it came from

        // They are given to the base class too, which copies its own list when somebody makes an identity from this one.
        var claims = TokenClaims.Of(token, this);
        base.AddClaims(claims);
        Claims = claims.AsReadOnly();
    }

    /// <summary>The token, as the gate verified it.</summary>
    public VerifiedJwt Token { get; }

    /// <summary>The issuer in the settings of the scheme that verified the token.</summary>
    public string PrimaryIssuer { get; }

    public override IEnumerable<Claim> Claims { get; }

    /// <summary>The first identity in <paramref name="user"/> that came from a verified token, also through a copy.</summary>
    public static VerifiedIdentity? Of(ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities)
        {
            if ((identity as VerifiedIdentity ?? identity.BootstrapContext as VerifiedIdentity) is { } verified)
                return verified;
        }
        return null;
    }

    public static NotSupportedException Unchangeable() => new(
        "The principal of a verified token is shared between requests and cannot be changed: change what its Clone() returns instead.");

    public override void AddClaim(Claim claim) => throw Unchangeable();

    public override void AddClaims(IEnumerable<Claim?> claims) => throw Unchangeable();

    public override void RemoveClaim(Claim? claim) => throw Unchangeable();

    public override bool TryRemoveClaim(Claim? claim) => throw Unchangeable();
}
