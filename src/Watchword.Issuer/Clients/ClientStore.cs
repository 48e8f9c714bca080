// The clients: who may ask for tokens at all.
using System.Data.Common;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal sealed class ClientStore(Database database, CredentialStore credentials, TimeProvider clock)
{
    private const string Select = "SELECT client_id, disabled, created FROM client";

    /// <summary>Creates a client together with its first API key.</summary>
    /// <exception cref="RefusedException">The id, the name or the time is not allowed, or the client exists.</exception>
    public Task<(Client Client, NewCredential Credential)> CreateAsync(
        string clientId, string? credentialName, TimeSpan? expiresIn, CancellationToken ct)
    {
        ClientRules.RequireClientId(clientId);
        var client = new Client(clientId, Disabled: false, clock.NowAsStored());
        var credential = credentials.Make(clientId, credentialName, expiresIn);
        return database.ChangeAsync(
            async transaction =>
            {
                var added = await transaction.ExecuteAsync(
                    "INSERT INTO client (client_id, disabled, created) VALUES (@id, 0, @created) ON CONFLICT DO NOTHING",
                    ("id", clientId), ("created", client.Created)).ConfigureAwait(false);
                if (added == 0)
                    throw new RefusedException(Refusal.AlreadyExists, $"the client '{clientId}' exists already; choose another id, or add a credential to it");
                await credentials.InsertAsync(transaction, credential).ConfigureAwait(false);
                return (client, credential);
            },
            ct);
    }

    /// <summary>All clients, by id.</summary>
    public async Task<IReadOnlyList<Client>> ListAsync(CancellationToken ct)
    {
        var clients = await database.ReadAsync(Select, Map, ct).ConfigureAwait(false);
        return [.. clients.OrderBy(client => client.ClientId, StringComparer.Ordinal)];
    }

    /// <exception cref="RefusedException">There is no such client.</exception>
    public async Task<Client> GetAsync(string clientId, CancellationToken ct) =>
        await database.ReadOneAsync(Select + " WHERE client_id = @id", Map, ct, ("id", clientId)).ConfigureAwait(false)
        ?? throw ClientRules.NoClient(clientId);

    /// <summary>Disables or enables a client. A disabled one gets no token; tokens it holds live out their time.</summary>
    /// <exception cref="RefusedException">There is no such client.</exception>
    public Task<Client> SetDisabledAsync(string clientId, bool disabled, CancellationToken ct) => database.ChangeAsync(
        async transaction => await transaction.ReadOneAsync(
            "UPDATE client SET disabled = @disabled WHERE client_id = @id RETURNING client_id, disabled, created",
            Map, ("id", clientId), ("disabled", disabled)).ConfigureAwait(false) ?? throw ClientRules.NoClient(clientId),
        ct);

    /// <summary>Deletes a client with its credentials, grants and usage.</summary>
    /// <exception cref="RefusedException">There is no such client.</exception>
    public Task DeleteAsync(string clientId, CancellationToken ct) => database.ChangeAsync(
        async transaction => await transaction.ExecuteAsync("DELETE FROM client WHERE client_id = @id", ("id", clientId)).ConfigureAwait(false) > 0
            ? true
            : throw ClientRules.NoClient(clientId),
        ct);

    /// <summary>Refuses inside a transaction when there is no such client.</summary>
    public static async Task RequireAsync(Transaction transaction, string clientId) =>
        _ = await transaction.ReadOneAsync(Select + " WHERE client_id = @id", Map, ("id", clientId)).ConfigureAwait(false)
            ?? throw ClientRules.NoClient(clientId);

    private static Client Map(DbDataReader row) => new(row.GetString(0), row.Truth(1), row.Time(2));
}
