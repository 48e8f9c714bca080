// POST /oauth2/token: who are you, may you have this, sign, count it (RFC 6749 §4.4, RFC 9068 §2).
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;

namespace Watchword.Issuer.Tokens;

internal sealed class TokenEndpoint(
    ClientAuthentication authentication, TokenSigning signing, UsageCounter usage, ILogger<TokenEndpoint> log, TimeProvider clock)
{
    private readonly TokenFormReader _forms = new(clock);

    public async Task HandleAsync(HttpContext context)
    {
        TokenError? error;
        try
        {
            error = await AnswerAsync(context);
        }
        catch (Exception fault) when (!IsGone(context, fault) && !context.Response.HasStarted)
        {
            // Whatever it was, the caller did nothing wrong: tell it to come again, and the operator why.
            log.LogError(fault, "No token could be issued: {Reason}", fault is StorageException ? fault.Message : "unexpected fault");
            error = TokenError.Unavailable;
        }
        catch (Exception fault) when (IsGone(context, fault))
        {
            return;
        }
        if (error is not null) await TokenAnswer.WriteAsync(context.Response, error);
    }

    private async ValueTask<TokenError?> AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method)) return TokenError.WrongMethod;
        var (form, malformed) = await _forms.ReadAsync(context);
        if (form is null) return authentication.Refuse(context, malformed!, null, malformed!.Description);

        var (caller, refused) = await authentication.AuthenticateAsync(context, form);
        if (caller is null) return refused;

        if (!TokenGrant.TryDecide(caller, form, out var grant, out var error)) return Refuse(caller, error);

        (var token, error) = await signing.SignAsync(caller, grant, context.RequestAborted);
        if (token is null) return Refuse(caller, error!);

        usage.Count(caller.ClientId, grant.Target.Resource, caller.CredentialId, new LastUse(clock.GetUtcNow(), context.Connection.RemoteIpAddress));
        await TokenAnswer.WriteAsync(context.Response, token, (int)grant.Target.TokenLifetime.TotalSeconds, grant.Scope);
        return null;
    }

    private TokenError Refuse(CallerEntry caller, TokenError error)
    {
        log.LogInformation("Token refused to {Client}: {Error}. {Description}", caller.ClientId, error.Code, error.Description);
        return error;
    }

    // The caller hung up: there is nobody to answer.
    private static bool IsGone(HttpContext context, Exception fault) =>
        fault is ConnectionResetException or ConnectionAbortedException
        || (context.RequestAborted.IsCancellationRequested && fault is OperationCanceledException or IOException);
}
