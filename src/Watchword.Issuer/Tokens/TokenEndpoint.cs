// POST /oauth2/token: who are you, may you have this, sign, count it (RFC 6749 §4.4, RFC 9068 §2).
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Issuer.Tokens;

internal sealed class TokenEndpoint(
    string issuer, ClientAuthentication authentication, KeyRing keys, UsageCounter usage, ILogger<TokenEndpoint> log, TimeProvider clock)
{
    private static readonly TokenError TooManyScopes =
        TokenError.InvalidScope("The token would be larger than 4 KiB. Ask for fewer scopes.");

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

        var now = clock.GetUtcNow();
        if (!TrySign(caller, grant, now, out var token)) return Refuse(caller, TooManyScopes);

        usage.Count(caller.ClientId, grant.Target.Resource, caller.CredentialId, now);
        await TokenAnswer.WriteAsync(context.Response, token, (int)grant.Target.TokenLifetime.TotalSeconds, grant.Scope);
        return null;
    }

    private bool TrySign(CallerEntry caller, TokenGrant grant, DateTimeOffset now, [NotNullWhen(true)] out string? token)
    {
        var key = grant.Target.SharedKey ?? keys.Current(grant.Target.Algorithm);
        var claims = new AccessTokenClaims
        {
            Issuer = issuer,
            Subject = caller.ClientId,
            ClientId = caller.ClientId,
            Audience = grant.Target.Resource,
            Scope = grant.Scope,
            IssuedAt = now,
            Lifetime = grant.Target.TokenLifetime,
        };
        try
        {
            token = JwtSigner.SignAccessToken(key, claims);
            return true;
        }
        catch (ArgumentException)
        {
            // Longer than the headers of many servers take. Rules for names and scopes leave this to very long issuers.
            token = null;
            return false;
        }
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
