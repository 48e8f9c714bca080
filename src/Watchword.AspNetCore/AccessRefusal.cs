// Why a verified token was not enough: left on the request by the requirement that failed, for the handler's 403 to say. A requirement
// that is only watched says it to the log and the metrics, and lets the request pass.
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Watchword.AspNetCore;

internal sealed record AccessRefusal(Rejection Rejection, string? Scope = null)
{
    private static readonly AccessRefusal Unexplained =
        new(new Rejection(RejectionCode.InsufficientScope, "The token does not permit this request."));

    /// <summary>The first reason left on the request, or a general one when a policy that is not ours refused it.</summary>
    public static AccessRefusal Of(HttpContext context) => context.Features.Get<AccessRefusal>() ?? Unexplained;

    /// <summary>
    /// Fails the authorization, or lets it pass and reports while the requirement is only watched. That spares authorization alone: who
    /// was not verified is refused on every day.
    /// </summary>
    /// <param name="authorization">What is decided.</param>
    /// <param name="requirement">The requirement that is not met.</param>
    /// <param name="caller">The caller, where a Watchword scheme verified the token.</param>
    /// <param name="reportOnlyUntil">The day on which the requirement begins to refuse; null: it does.</param>
    public void Apply<T>(AuthorizationHandlerContext authorization, T requirement, VerifiedPrincipal? caller, DateOnly? reportOnlyUntil)
        where T : IAuthorizationRequirement, IAuthorizationHandler
    {
        if (!IsReportOnly(reportOnlyUntil, caller))
        {
            Fail(authorization, requirement);
            return;
        }
        caller.Record.NoteReportOnly($"{requirement}", reportOnlyUntil.Value, Rejection);
        authorization.Succeed(requirement);
    }

    /// <summary>Whether a requirement is only watched today, for this caller.</summary>
    public static bool IsReportOnly([NotNullWhen(true)] DateOnly? until, [NotNullWhen(true)] VerifiedPrincipal? caller) =>
        until is { } enforced && caller is not null && caller.Record.Today < enforced;

    private void Fail(AuthorizationHandlerContext authorization, IAuthorizationHandler handler)
    {
        authorization.Fail(new AuthorizationFailureReason(handler, $"{Rejection.Code}: {Rejection.Message}"));
        if (authorization.Resource is HttpContext http && http.Features.Get<AccessRefusal>() is null)
            http.Features.Set(this);
    }
}
