// Is this API key good? Unknown, wrong, expired, revoked and disabled are refused alike, in answer and in cost (RFC 6749 §5.2, RFC 9700).
using Watchword.Issuer.Keys;

namespace Watchword.Issuer.Clients;

/// <summary>Why a well-formed API key was refused: for the log; the caller is told the same whatever it is.</summary>
internal enum AuthenticationFault
{
    None,
    UnknownCredential,
    WrongSecret,
    Revoked,
    Expired,
    ClientDisabled,
    OtherClient,
}

/// <param name="Caller">Who it is; <see langword="null"/> when refused.</param>
/// <param name="Fault">Why it was refused.</param>
internal readonly record struct Authentication(CallerEntry? Caller, AuthenticationFault Fault);

/// <summary>Checks presented API keys: no query for a caller that is remembered, exactly one for whatever is refused.</summary>
internal sealed class ClientAuthenticator(ClientRegistry registry, DataKeys keys, TimeProvider clock)
{
    private static readonly byte[] NoHash = new byte[32];

    /// <summary>Accepts or refuses.</summary>
    /// <param name="presented">The key.</param>
    /// <param name="clientId">The <c>client_id</c> that was sent beside it, or <see langword="null"/>; another client's is refused.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <exception cref="Storage.StorageException">The database could not be read.</exception>
    public ValueTask<Authentication> AuthenticateAsync(ApiKey presented, string? clientId, CancellationToken ct)
    {
        var hash = CredentialHash.Compute(keys, keys.ApiKeyVersion, presented);
        var warm = registry.Find(presented.CredentialId);
        return warm is not null && Judge(warm.Credential, presented, hash, clientId) == AuthenticationFault.None
            ? ValueTask.FromResult(new Authentication(warm, AuthenticationFault.None))
            : new ValueTask<Authentication>(LoadAsync(presented, hash, clientId, ct));
    }

    private async Task<Authentication> LoadAsync(ApiKey presented, byte[] hash, string? clientId, CancellationToken ct)
    {
        var fault = AuthenticationFault.None;
        var caller = await registry.LoadAsync(
            presented.CredentialId,
            credential => (fault = Judge(credential, presented, hash, clientId)) == AuthenticationFault.None,
            ct).ConfigureAwait(false);
        return new Authentication(caller, fault);
    }

    private AuthenticationFault Judge(StoredCredential? credential, ApiKey presented, byte[] hash, string? clientId)
    {
        if (credential is not null && credential.Hash.DataKey != keys.ApiKeyVersion)
            hash = CredentialHash.Compute(keys, credential.Hash.DataKey, presented);
        var matches = CredentialHash.Matches(hash, credential?.Hash.Bytes ?? NoHash);
        return credential switch
        {
            null => AuthenticationFault.UnknownCredential,
            _ when !matches => AuthenticationFault.WrongSecret,
            { Revoked: true } => AuthenticationFault.Revoked,
            { Expires: { } expires } when expires <= clock.GetUtcNow() => AuthenticationFault.Expired,
            { ClientDisabled: true } => AuthenticationFault.ClientDisabled,
            _ when clientId is not null && clientId != credential.ClientId => AuthenticationFault.OtherClient,
            _ => AuthenticationFault.None,
        };
    }
}
