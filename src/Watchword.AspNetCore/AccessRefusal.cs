// Why a verified token was not enough: left on the request by the requirement that failed, for the handler's 403 to say.
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Watchword.AspNetCore;

internal sealed record AccessRefusal(Rejection Rejection, string? Scope = null)
{
    private static readonly AccessRefusal Unexplained =
        new(new Rejection(RejectionCode.InsufficientScope, "The token does not permit this request."));

    /// <summary>The first reason left on the request, or a general one when a policy that is not ours refused it.</summary>
    public static AccessRefusal Of(HttpContext context) => context.Features.Get<AccessRefusal>() ?? Unexplained;

    /// <summary>Fails the authorization, and leaves the reason on the request unless an earlier one is there.</summary>
    public void Fail(AuthorizationHandlerContext authorization, IAuthorizationHandler handler)
    {
        authorization.Fail(new AuthorizationFailureReason(handler, $"{Rejection.Code}: {Rejection.Message}"));
        if (authorization.Resource is HttpContext http && http.Features.Get<AccessRefusal>() is null)
            http.Features.Set(this);
    }
}
