// The warm path: a bounded memory of callers, read through from the database and thrown away whole after every administrator's change.
using BitFaster.Caching.Lru;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Clients;

/// <summary>
/// Finds callers with no query when warm. A load that began before a change can only end in the memory that the change discarded, so what
/// is remembered is never older than the last change that was acknowledged.
/// </summary>
internal sealed class ClientRegistry
{
    private readonly Database _database;
    private readonly SharedSecrets _secrets;
    private readonly int _capacity;
    private volatile ConcurrentLru<string, CallerEntry> _callers;

    /// <summary>Remembers up to <paramref name="capacity"/> callers.</summary>
    public ClientRegistry(Database database, DataKeys keys, int capacity = 10_000)
    {
        _database = database;
        _secrets = new SharedSecrets(keys);
        _capacity = capacity;
        _callers = Empty();
        database.Changed += () => _callers = Empty();
    }

    /// <summary>The caller behind a credential, if it is remembered.</summary>
    public CallerEntry? Find(string credentialId) => _callers.TryGet(credentialId, out var caller) ? caller : null;

    /// <summary>
    /// Reads one credential from the database, lets <paramref name="accept"/> judge it (<see langword="null"/>: there is none), and only then
    /// reads its grants and remembers the caller. So whatever is refused costs the same one read.
    /// </summary>
    public async Task<CallerEntry?> LoadAsync(string credentialId, Func<StoredCredential?, bool> accept, CancellationToken ct)
    {
        var callers = _callers;
        var credential = await _database.ReadOneAsync(
            """
            SELECT k.credential_id, k.client_id, k.data_key, k.hash, k.expires, k.revoked, c.disabled
            FROM credential k JOIN client c ON c.client_id = k.client_id WHERE k.credential_id = @id
            """,
            row => new StoredCredential(
                row.GetString(0), row.GetString(1), new StoredHash(row.GetInt64(2), row.Bytes(3)), row.TimeOrNull(4), !row.IsDBNull(5), row.Truth(6)),
            ct, ("id", credentialId)).ConfigureAwait(false);
        if (!accept(credential) || credential is null)
            return null;
        var caller = new CallerEntry(credential, await LoadGrantsAsync(credential.ClientId, ct).ConfigureAwait(false));
        callers.AddOrUpdate(credentialId, caller);
        return caller;
    }

    private ConcurrentLru<string, CallerEntry> Empty() => new(Environment.ProcessorCount, _capacity, StringComparer.Ordinal);

    private async Task<Dictionary<string, CallerGrant>> LoadGrantsAsync(string clientId, CancellationToken ct)
    {
        var rows = await _database.ReadAsync(
            $"""
            SELECT g.resource, r.lifetime, r.algorithm, gs.scope, s.kid, s.data_key, s.box, {ResourceEncryption.Columns} FROM client_grant g
            JOIN resource r ON r.resource = g.resource
            LEFT JOIN grant_scope gs ON gs.client_id = g.client_id AND gs.resource = g.resource
            LEFT JOIN shared_secret s ON s.resource = g.resource AND s.state = 'active'
            LEFT JOIN resource_encryption e ON e.resource = g.resource
            WHERE g.client_id = @client
            """,
            row => new Row(
                row.GetString(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
                row.IsDBNull(4) ? null : _secrets.Open(row.GetString(4), row.GetString(0), row.GetInt64(5), row.GetString(6)),
                ResourceEncryption.FromRow(row, 7)),
            ct, ("client", clientId)).ConfigureAwait(false);
        return rows.GroupBy(row => row.Resource, StringComparer.Ordinal).ToDictionary(rows => rows.Key, Grant, StringComparer.Ordinal);
    }

    private static CallerGrant Grant(IGrouping<string, Row> rows)
    {
        var resource = rows.First();
        string[] scopes = [.. rows.Select(row => row.Scope).OfType<string>().Order(StringComparer.Ordinal)];
        return new CallerGrant(
            rows.Key, scopes, scopes.Length == 0 ? null : string.Join(' ', scopes), TimeSpan.FromSeconds(resource.Lifetime),
            ResourceRules.StoredAlgorithm(resource.Algorithm), resource.SharedKey)
        {
            Encryption = resource.Encryption,
        };
    }

    private sealed record Row(string Resource, long Lifetime, string Algorithm, string? Scope, SigningKey? SharedKey, ResourceEncryption? Encryption);
}
