// The authentication scheme: takes the token out of the request, asks the gate, and says what came of it. RFC 6750.
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Watchword.AspNetCore.Explanations;

namespace Watchword.AspNetCore;

// The base class would write three lines of log for a refusal and make a logger for each request: it is given none, and the
// gate writes the one line.
internal sealed class WatchwordHandler(IOptionsMonitor<WatchwordOptions> options, SchemeGates gates)
    : AuthenticationHandler<WatchwordOptions>(options, NullLoggerFactory.Instance, UrlEncoder.Default)
{
    private const string Expires = ".expires"; // what AuthenticationProperties.ExpiresUtc reads, and would write anew for each request
    private static readonly Task<object> NoEvents = Task.FromResult(new object());

    private Rejection? _rejection;

    private SchemeGate Gate => gates.Of(Scheme.Name);

    protected override Task<object> CreateEventsAsync() => NoEvents;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BearerCredential.TryRead(Request.Headers.Authorization, out var token, out var rejection))
            return rejection is null ? AuthenticateResult.NoResult() : Refuse(rejection);

        var gate = Gate;
        var principal = gate.Recall(token.Span);
        if (principal is null)
        {
            // Not RequestAborted: asking for it makes a token source for every request, and the gate's wait is bounded.
            var verdict = await gate.VerifyAsync(token.Span);
            if (!verdict.IsAccepted)
                return Refuse(verdict.Rejection);
            principal = gate.Remember(token.Span, verdict.Token);
        }

        // What can differ from one request with the token to the next is asked at every request.
        rejection = Options.OnVerified is { } hook ? await hook(principal.Token, Context) : null;
        return rejection is null ? Accept(principal) : Refuse(rejection);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, Challenge.ForToken(_rejection, Options.ErrorUri));
        if (_rejection is not null && ExplanationBody.MayBeSent(Context))
            ExplanationBody.WriteTo(Response, Gate.Explain(BearerCredential.Text(Request.Headers.Authorization), _rejection), Challenge.Page(_rejection, Options.ErrorUri));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var refusal = AccessRefusal.Of(Context);
        Gate.Record.NoteAccessRefused(refusal.Rejection);
        Response.StatusCode = StatusCodes.Status403Forbidden;
        Response.Headers.Append(HeaderNames.WWWAuthenticate, Challenge.ForAccess(refusal, Options.ErrorUri));
        if (ExplanationBody.MayBeSent(Context))
            ExplanationBody.WriteTo(Response, Gate.Explain(refusal, Context.GetVerifiedJwt()), Challenge.Page(refusal.Rejection, Options.ErrorUri));
        return Task.CompletedTask;
    }

    private AuthenticateResult Accept(VerifiedPrincipal principal)
    {
        Gate.Record.NoteAccepted();
        var properties = new AuthenticationProperties(new Dictionary<string, string?>(StringComparer.Ordinal) { [Expires] = principal.Expires });
        return AuthenticateResult.Success(new AuthenticationTicket(principal, properties, Scheme.Name));
    }

    private AuthenticateResult Refuse(Rejection rejection)
    {
        _rejection = rejection;
        Gate.Record.NoteTokenRefused(rejection);
        return AuthenticateResult.Fail($"{rejection.Code}: {rejection.Message}");
    }
}
