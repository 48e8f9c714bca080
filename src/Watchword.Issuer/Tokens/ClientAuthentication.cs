// Who are you: the first step of the token endpoint. Whatever is wrong with a credential, the caller gets one and the same answer.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Usage;

namespace Watchword.Issuer.Tokens;

internal sealed class ClientAuthentication(ClientAuthenticator authenticator, FailedAttempts failures)
{
    public async ValueTask<(CallerEntry? Caller, TokenError? Error)> AuthenticateAsync(HttpContext context, TokenForm form)
    {
        if (!PresentedCredential.TryFind(context.Request, form, out var presented, out var error))
            return (null, Refuse(context, error, form.ClientId, error.Description));
        if (!ApiKey.TryParse(presented.Secret, out var key))
            return (null, Refuse(context, TokenError.UnknownClient, presented.ClientId, "not an API key, or mistyped"));

        var found = await authenticator.AuthenticateAsync(key, presented.ClientId, context.RequestAborted);
        return found.Caller is { } caller
            ? (caller, null)
            : (null, Refuse(context, TokenError.UnknownClient, presented.ClientId ?? key.CredentialId, Explain(found.Fault)));
    }

    /// <summary>Counts and logs, bounded, what was refused before anybody was authenticated.</summary>
    public TokenError Refuse(HttpContext context, TokenError error, string? presentedId, string reason)
    {
        failures.Record(presentedId, PeerAddress.Text(context.Connection.RemoteIpAddress), reason);
        return error;
    }

    private static string Explain(AuthenticationFault fault) => fault switch
    {
        AuthenticationFault.UnknownCredential => "there is no such credential",
        AuthenticationFault.WrongSecret => "the secret is wrong",
        AuthenticationFault.Revoked => "the credential is revoked",
        AuthenticationFault.Expired => "the credential has expired",
        AuthenticationFault.ClientDisabled => "the client is disabled",
        AuthenticationFault.OtherClient => "the credential is another client's",
        _ => "refused",
    };
}
