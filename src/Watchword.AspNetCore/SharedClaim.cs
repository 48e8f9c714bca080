// A claim of a verified token, as all requests share it. Anybody could write to its Properties, so it is never handed out itself.
using System.Security.Claims;

namespace Watchword.AspNetCore;

internal sealed class SharedClaim(string type, string value, string? valueType, string issuer) : Claim(type, value, valueType, issuer, issuer)
{
    /// <summary>An ordinary claim, which belongs to whoever asked for it.</summary>
    public Claim CopyFor(ClaimsIdentity subject) => base.Clone(subject);

    // An identity copies every claim that it is given, by this method. Ours keeps the claim itself, because it hands out copies; any
    // other, made from ours, gets an ordinary one.
    public override Claim Clone(ClaimsIdentity? identity) => identity is VerifiedIdentity ? this : base.Clone(identity);
}
