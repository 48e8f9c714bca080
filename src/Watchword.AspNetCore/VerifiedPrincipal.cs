// The principal of a verified token. Requests may share it, so nobody can change it.
using System.Security.Claims;

namespace Watchword.AspNetCore;

internal sealed class VerifiedPrincipal(VerifiedIdentity identity) : ClaimsPrincipal(identity)
{
    public override void AddIdentity(ClaimsIdentity identity) => throw VerifiedIdentity.Unchangeable();

    public override void AddIdentities(IEnumerable<ClaimsIdentity> identities) => throw VerifiedIdentity.Unchangeable();

    /// <summary>An ordinary principal with the same claims, which can be changed.</summary>
    public override ClaimsPrincipal Clone() => new(Identities.Select(identity => identity.Clone()));
}
