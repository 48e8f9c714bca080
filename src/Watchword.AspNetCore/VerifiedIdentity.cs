// The identity of a verified token, as ASP.NET Core expects it. Each is made for the one who asks: what he writes, nobody else reads.
using System.Security.Claims;

namespace Watchword.AspNetCore;

internal sealed class VerifiedIdentity : ClaimsIdentity
{
    private const string NameClaim = "sub";
    private IReadOnlyList<Claim>? _claims;

    public VerifiedIdentity(VerifiedPrincipal principal)
        : base(identity: null, claims: null, principal.Record.Scheme, NameClaim, VerifiedPrincipal.RoleClaim, StringComparison.Ordinal)
    {
        Principal = principal;
        BootstrapContext = principal; // so that a copy, which the application may change, still tells which token it came from

        // The base class copies its own list when somebody makes an identity from this one.
        base.AddClaims(principal.SharedClaims);
    }

    public VerifiedPrincipal Principal { get; }

    public override string Name => Principal.Token.Subject;

    public override IEnumerable<Claim> Claims => _claims ??= Array.AsReadOnly(Array.ConvertAll(Principal.SharedClaims, claim => claim.CopyFor(this)));

    public override bool HasClaim(string type, string value) => Principal.HasClaim(type, value);

    public override void AddClaim(Claim claim) => throw Unchangeable();

    public override void AddClaims(IEnumerable<Claim?> claims) => throw Unchangeable();

    public override void RemoveClaim(Claim? claim) => throw Unchangeable();

    public override bool TryRemoveClaim(Claim? claim) => throw Unchangeable();

    public static NotSupportedException Unchangeable() => new(
        "The principal of a verified token is shared between requests and cannot be changed: change what its Clone() returns instead.");
}
