using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

/// <summary>Clients. Faults of the request are a RefusedException, of the database a StorageException.</summary>
internal sealed class ClientStore(Database database, CredentialStore credentials, TimeProvider clock)
{
    /// <summary>Creates a client together with its first API key.</summary>
    public Task<(Client Client, NewCredential Credential)> CreateAsync(string clientId, string? credentialName, TimeSpan? expiresIn, CancellationToken ct) => throw new NotImplementedException();

    public Task<IReadOnlyList<Client>> ListAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <exception cref="RefusedException">There is no such client.</exception>
    public Task<Client> GetAsync(string clientId, CancellationToken ct) => throw new NotImplementedException();

    public Task<Client> SetDisabledAsync(string clientId, bool disabled, CancellationToken ct) => throw new NotImplementedException();

    public Task DeleteAsync(string clientId, CancellationToken ct) => throw new NotImplementedException();
}

internal sealed class CredentialStore(Database database, DataKeys keys, TimeProvider clock)
{
    public Task<NewCredential> AddAsync(string clientId, string? name, TimeSpan? expiresIn, CancellationToken ct) => throw new NotImplementedException();

    /// <exception cref="RefusedException">There is no such client.</exception>
    public Task<IReadOnlyList<Credential>> ListAsync(string clientId, CancellationToken ct) => throw new NotImplementedException();

    public Task<Credential> RevokeAsync(string credentialId, CancellationToken ct) => throw new NotImplementedException();
}

internal sealed class GrantStore(Database database, TimeProvider clock)
{
    /// <summary>Adds scopes to what is granted already; answers the whole grant.</summary>
    public Task<Grant> AddAsync(string clientId, string resource, IReadOnlyList<string> scopes, CancellationToken ct) => throw new NotImplementedException();

    /// <exception cref="RefusedException">There is no such client.</exception>
    public Task<IReadOnlyList<Grant>> ListAsync(string clientId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Removes one scope, or the whole grant when <paramref name="scope"/> is null; the last scope takes the grant with it.</summary>
    public Task RemoveAsync(string clientId, string resource, string? scope, CancellationToken ct) => throw new NotImplementedException();
}
