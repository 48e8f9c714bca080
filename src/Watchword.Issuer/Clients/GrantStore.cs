// The grants: which scopes of which resource a client may ask for. What is added stays until it is removed.
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal sealed class GrantStore(Database database, TimeProvider clock)
{
    private const string ScopesOfGrant = "SELECT scope FROM grant_scope WHERE client_id = @client AND resource = @resource";

    /// <summary>
    /// Adds scopes to what a client may ask of a resource, and answers all of them. It may be repeated. With no scope at all the client may
    /// ask for tokens without one.
    /// </summary>
    /// <exception cref="RefusedException">There is no such client, resource or scope.</exception>
    public Task<Grant> AddAsync(string clientId, string resource, IReadOnlyList<string> scopes, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            await ClientStore.RequireAsync(transaction, clientId).ConfigureAwait(false);
            await RequireScopesAsync(transaction, resource, scopes).ConfigureAwait(false);
            await transaction.ExecuteAsync(
                "INSERT INTO client_grant (client_id, resource, created) VALUES (@client, @resource, @now) ON CONFLICT DO NOTHING",
                ("client", clientId), ("resource", resource), ("now", clock.NowAsStored())).ConfigureAwait(false);
            foreach (var scope in scopes)
            {
                await transaction.ExecuteAsync(
                    "INSERT INTO grant_scope (client_id, resource, scope) VALUES (@client, @resource, @scope) ON CONFLICT DO NOTHING",
                    ("client", clientId), ("resource", resource), ("scope", scope)).ConfigureAwait(false);
            }
            var all = await transaction.ReadAsync(
                ScopesOfGrant, row => row.GetString(0), ("client", clientId), ("resource", resource)).ConfigureAwait(false);
            return new Grant(clientId, resource, [.. all.Order(StringComparer.Ordinal)]);
        },
        ct);

    /// <summary>The grants of a client, by resource.</summary>
    /// <exception cref="RefusedException">There is no such client.</exception>
    public async Task<IReadOnlyList<Grant>> ListAsync(string clientId, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            """
            SELECT g.resource, s.scope FROM client c
            LEFT JOIN client_grant g ON g.client_id = c.client_id
            LEFT JOIN grant_scope s ON s.client_id = g.client_id AND s.resource = g.resource
            WHERE c.client_id = @client
            """,
            row => (Resource: row.IsDBNull(0) ? null : row.GetString(0), Scope: row.IsDBNull(1) ? null : row.GetString(1)),
            ct, ("client", clientId)).ConfigureAwait(false);
        if (rows.Count == 0)
            throw ClientRules.NoClient(clientId);
        return
        [
            .. rows.Where(row => row.Resource is not null)
                .GroupBy(row => row.Resource!, row => row.Scope, StringComparer.Ordinal)
                .OrderBy(grant => grant.Key, StringComparer.Ordinal)
                .Select(grant => new Grant(clientId, grant.Key, [.. grant.OfType<string>().Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Removes one scope of a grant, or the whole grant when <paramref name="scope"/> is null. The last scope takes the grant with it.</summary>
    /// <exception cref="RefusedException">There is no such client or grant.</exception>
    public Task RemoveAsync(string clientId, string resource, string? scope, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            await ClientStore.RequireAsync(transaction, clientId).ConfigureAwait(false);
            var left = 0;
            if (scope is not null)
            {
                var removed = await transaction.ExecuteAsync(
                    "DELETE FROM grant_scope WHERE client_id = @client AND resource = @resource AND scope = @scope",
                    ("client", clientId), ("resource", resource), ("scope", scope)).ConfigureAwait(false);
                if (removed == 0)
                    throw NoGrant(clientId);
                left = (await transaction.ReadAsync(
                    ScopesOfGrant, row => row.GetString(0), ("client", clientId), ("resource", resource)).ConfigureAwait(false)).Count;
            }
            var whole = left > 0 || await transaction.ExecuteAsync(
                "DELETE FROM client_grant WHERE client_id = @client AND resource = @resource",
                ("client", clientId), ("resource", resource)).ConfigureAwait(false) > 0;
            return whole ? true : throw NoGrant(clientId);
        },
        ct);

    private static async Task RequireScopesAsync(Transaction transaction, string resource, IReadOnlyList<string> scopes)
    {
        var known = await transaction.ReadAsync(
            "SELECT r.resource, s.scope FROM resource r LEFT JOIN resource_scope s ON s.resource = r.resource WHERE r.resource = @resource",
            row => row.IsDBNull(1) ? null : row.GetString(1), ("resource", resource)).ConfigureAwait(false);
        if (known.Count == 0)
            throw ResourceRules.NoResource(resource);
        if (scopes.FirstOrDefault(scope => !known.Contains(scope)) is { } unknown)
            throw ResourceRules.NoScope(resource, unknown);
    }

    private static RefusedException NoGrant(string clientId) => new(
        Refusal.NotFound, $"the client '{clientId}' has no such grant; see the list of its grants");
}
