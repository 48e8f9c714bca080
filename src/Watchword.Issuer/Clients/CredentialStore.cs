// The API keys of clients: several for each, so that one can be replaced with no downtime. Only a keyed hash of a key is kept.
using System.Data.Common;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal sealed class CredentialStore(Database database, DataKeys keys, TimeProvider clock)
{
    /// <summary>What <see cref="Map"/> reads.</summary>
    public const string Columns = "credential_id, client_id, name, created, expires, last_used, last_used_from, revoked";

    /// <summary>Adds an API key to a client.</summary>
    /// <exception cref="RefusedException">The name or the time is not allowed, or there is no such client.</exception>
    public Task<NewCredential> AddAsync(string clientId, string? name, TimeSpan? expiresIn, CancellationToken ct)
    {
        var credential = Make(clientId, name, expiresIn);
        return database.ChangeAsync(
            async transaction =>
            {
                await ClientStore.RequireAsync(transaction, clientId).ConfigureAwait(false);
                await InsertAsync(transaction, credential).ConfigureAwait(false);
                return credential;
            },
            ct);
    }

    /// <summary>The credentials of a client, oldest first, revoked ones too.</summary>
    /// <exception cref="RefusedException">There is no such client.</exception>
    public async Task<IReadOnlyList<Credential>> ListAsync(string clientId, CancellationToken ct)
    {
        var found = await database.ReadAsync(
            $"SELECT {Columns} FROM credential WHERE client_id = @id ORDER BY created", Map, ct, ("id", clientId)).ConfigureAwait(false);
        if (found.Count == 0)
            await RequireClientAsync(clientId, ct).ConfigureAwait(false);
        return found;
    }

    /// <summary>Revokes a credential, at once and for good; one that is revoked keeps its time.</summary>
    /// <param name="credentialId">The credential.</param>
    /// <param name="unusedFor">Refuses if it was used, or made, within this time; decided and revoked in one transaction.</param>
    /// <param name="withUnwritten">Adds to a credential what is counted of its use and not written yet.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <exception cref="RefusedException">There is no such credential, or it was used.</exception>
    public Task<Credential> RevokeAsync(
        string credentialId, TimeSpan? unusedFor, Func<Credential, Credential> withUnwritten, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            var found = await transaction.ReadOneAsync(
                $"SELECT {Columns} FROM credential WHERE credential_id = @id", Map, ("id", credentialId)).ConfigureAwait(false) ?? throw NoCredential(credentialId);
            if (found.Revoked is not null)
                return found;
            var (credential, now) = (withUnwritten(found), clock.NowAsStored());
            if (now - (credential.LastUsed ?? credential.Created) < unusedFor)
                throw new RefusedException(Refusal.Conflict, $"{UseOf(credential, now)}; it was not revoked");
            await transaction.ExecuteAsync(
                "UPDATE credential SET revoked = @now WHERE credential_id = @id", ("id", credentialId), ("now", now)).ConfigureAwait(false);
            return credential with { Revoked = now };
        },
        ct);

    /// <summary>Makes a credential without storing it.</summary>
    public NewCredential Make(string clientId, string? name, TimeSpan? expiresIn)
    {
        var now = clock.NowAsStored();
        var key = ApiKey.Generate();
        return new NewCredential(
            new Credential(key.CredentialId, clientId, ClientRules.CredentialName(name), now, ClientRules.Expiry(now, expiresIn)), key);
    }

    /// <summary>Stores a credential as part of a transaction.</summary>
    public Task<int> InsertAsync(Transaction transaction, NewCredential made)
    {
        var credential = made.Credential;
        return transaction.ExecuteAsync(
            """
            INSERT INTO credential (credential_id, client_id, name, data_key, hash, created, expires)
            VALUES (@id, @client, @name, @data_key, @hash, @created, @expires)
            """,
            ("id", credential.CredentialId), ("client", credential.ClientId), ("name", credential.Name), ("data_key", keys.ApiKeyVersion),
            ("hash", CredentialHash.Compute(keys, keys.ApiKeyVersion, made.Key)), ("created", credential.Created), ("expires", credential.Expires));
    }

    /// <summary>A credential from a row of <see cref="Columns"/>.</summary>
    public static Credential Map(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3), row.TimeOrNull(4))
        {
            LastUsed = row.TimeOrNull(5),
            LastUsedFrom = row.IsDBNull(6) ? null : row.GetString(6),
            Revoked = row.TimeOrNull(7),
        };

    private async Task RequireClientAsync(string clientId, CancellationToken ct)
    {
        if ((await database.ReadAsync("SELECT 1 FROM client WHERE client_id = @id", _ => true, ct, ("id", clientId)).ConfigureAwait(false)).Count == 0)
            throw ClientRules.NoClient(clientId);
    }

    private static string UseOf(Credential credential, DateTimeOffset now) => credential.LastUsed is { } used
        ? $"the credential '{credential.CredentialId}' was last used {TimeText.Span(now - used)} ago{(credential.LastUsedFrom is { } from ? $" from {from}" : "")}"
        : $"the credential '{credential.CredentialId}' was never used, but made only {TimeText.Span(now - credential.Created)} ago";

    private static RefusedException NoCredential(string credentialId) => new(
        Refusal.NotFound,
        ApiKey.IsCredentialId(credentialId)
            ? $"there is no credential '{credentialId}'; see the list of the client's credentials"
            : "there is no such credential: its id is 16 letters and digits; see the list of the client's credentials");
}
