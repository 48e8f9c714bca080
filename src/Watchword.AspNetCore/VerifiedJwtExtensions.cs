// How application code reaches the verified token of the current request.
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

/// <summary>Gives the verified token behind a request or a principal.</summary>
public static class VerifiedJwtExtensions
{
    /// <summary>The token that authenticated this request, or <see langword="null"/> when no Watchword scheme did.</summary>
    /// <param name="context">The request, after the authentication middleware.</param>
    public static VerifiedJwt? GetVerifiedJwt(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.User.GetVerifiedJwt();
    }

    /// <summary>The token this principal came from, or <see langword="null"/> when it did not come from a Watchword scheme.</summary>
    /// <param name="user">A principal, or a copy of one.</param>
    public static VerifiedJwt? GetVerifiedJwt(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return VerifiedPrincipal.Of(user)?.Token;
    }
}
