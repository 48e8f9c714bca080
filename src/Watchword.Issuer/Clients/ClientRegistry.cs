using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Clients;

/// <summary>What one credential may do: all the token endpoint needs to know, immutable.</summary>
internal sealed class CallerEntry
{
    public string CredentialId => throw new NotImplementedException();
    public string ClientId => throw new NotImplementedException();
    /// <summary>By resource, exact.</summary>
    public IReadOnlyDictionary<string, CallerGrant> Grants => throw new NotImplementedException();
}

/// <param name="Resource">The resource, exact: it becomes <c>aud</c>.</param>
/// <param name="Scopes">The granted scopes that the resource has, in ordinal order.</param>
/// <param name="ScopeText">The same, joined with spaces; null when there is none.</param>
/// <param name="TokenLifetime">10 s to 24 h.</param>
/// <param name="Algorithm">What the resource's tokens are signed with: take KeyRing.Current of it, unless <paramref name="SharedKey"/> is there.</param>
/// <param name="SharedKey">The key of the resource's shared secret; only for HS256.</param>
internal sealed record CallerGrant(
    string Resource, IReadOnlyList<string> Scopes, string? ScopeText, TimeSpan TokenLifetime, SignatureAlgorithm Algorithm, SigningKey? SharedKey);

internal sealed class ClientRegistry(Database database, DataKeys keys, int capacity = 10_000)
{
    public int Capacity => capacity;
    public CallerEntry? Find(string credentialId) => throw new NotImplementedException();
}

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

/// <param name="Caller">Who it is; null when refused.</param>
/// <param name="Fault">Why it was refused: for the log only, the caller is told invalid_client whatever it is.</param>
internal readonly record struct Authentication(CallerEntry? Caller, AuthenticationFault Fault);

/// <summary>Checks a presented API key; no query when warm, exactly one read when refused.</summary>
internal sealed class ClientAuthenticator(ClientRegistry registry, Database database, DataKeys keys, TimeProvider clock)
{
    /// <param name="presented">The key, well-formed.</param>
    /// <param name="clientId">The client_id sent beside it; null when none was. Another client's is refused.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    public ValueTask<Authentication> AuthenticateAsync(ApiKey presented, string? clientId, CancellationToken ct) => throw new NotImplementedException();
}
