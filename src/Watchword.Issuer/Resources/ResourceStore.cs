// The resources: the targets that tokens are for.
using System.Data.Common;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

internal sealed class ResourceStore(Database database, DataKeys keys, TimeProvider clock)
{
    private const string Select =
        $"""
        SELECT r.resource, r.lifetime, r.algorithm, r.created, s.scope, {ResourceEncryption.Columns} FROM resource r
        LEFT JOIN resource_scope s ON s.resource = r.resource
        LEFT JOIN resource_encryption e ON e.resource = r.resource
        """;

    /// <summary>
    /// Registers a resource. For HS256 a secret is made, which is answered this once and kept encrypted. For another algorithm the issuer needs
    /// a signing key before the first token: see <see cref="SigningKeys.EnsureAsync"/>.
    /// </summary>
    /// <param name="identifier">An absolute URI without a fragment.</param>
    /// <param name="scopes">Its scopes; there may be none.</param>
    /// <param name="lifetimeSeconds">The life of its tokens; 300 by default.</param>
    /// <param name="algorithm">What they are signed with; ES256 by default.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <exception cref="RefusedException">Something is not allowed, or the resource exists.</exception>
    public Task<(Resource Resource, SharedSecret? Secret)> CreateAsync(
        string identifier, IReadOnlyList<string> scopes, long? lifetimeSeconds, string? algorithm, CancellationToken ct)
    {
        ResourceRules.RequireIdentifier(identifier);
        var resource = new Resource(
            identifier, ResourceRules.Scopes(scopes), ResourceRules.Lifetime(lifetimeSeconds), ResourceRules.ParseAlgorithm(algorithm), clock.NowAsStored());
        var secret = resource.Algorithm.IsSymmetric ? SharedSecret.Generate() : null;
        return database.ChangeAsync(
            async transaction =>
            {
                await InsertAsync(transaction, resource).ConfigureAwait(false);
                if (secret is not null)
                {
                    var stored = new StoredSecret(secret.KeyId, KeyState.Active, resource.Created) { Activated = resource.Created };
                    await SharedSecretStore.InsertAsync(transaction, keys, identifier, secret, stored).ConfigureAwait(false);
                }
                return (resource, secret);
            },
            ct);
    }

    /// <summary>All resources, by identifier.</summary>
    public async Task<IReadOnlyList<Resource>> ListAsync(CancellationToken ct) =>
        Collect(await database.ReadAsync(Select, Map, ct).ConfigureAwait(false));

    /// <exception cref="RefusedException">There is no such resource.</exception>
    public async Task<Resource> GetAsync(string identifier, CancellationToken ct)
    {
        var rows = await database.ReadAsync(Select + " WHERE r.resource = @resource", Map, ct, ("resource", identifier)).ConfigureAwait(false);
        return rows.Count > 0 ? Collect(rows)[0] : throw ResourceRules.NoResource(identifier);
    }

    /// <summary>The algorithms that resources need a signing key of the issuer's for.</summary>
    public async Task<IReadOnlyList<SignatureAlgorithm>> AlgorithmsAsync(CancellationToken ct)
    {
        var names = await database.ReadAsync("SELECT DISTINCT algorithm FROM resource", row => row.GetString(0), ct).ConfigureAwait(false);
        return [.. names.Select(ResourceRules.StoredAlgorithm).Where(algorithm => !algorithm.IsSymmetric)];
    }

    /// <summary>Removes a resource with its scopes, its shared secrets and every grant of it.</summary>
    /// <exception cref="RefusedException">There is no such resource.</exception>
    public Task DeleteAsync(string identifier, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
            await transaction.ExecuteAsync("DELETE FROM resource WHERE resource = @resource", ("resource", identifier)).ConfigureAwait(false) > 0
                ? true
                : throw ResourceRules.NoResource(identifier),
        ct);

    private static async Task InsertAsync(Transaction transaction, Resource resource)
    {
        var added = await transaction.ExecuteAsync(
            "INSERT INTO resource (resource, lifetime, algorithm, created) VALUES (@resource, @lifetime, @algorithm, @created) ON CONFLICT DO NOTHING",
            ("resource", resource.Identifier), ("lifetime", (long)resource.TokenLifetime.TotalSeconds), ("algorithm", resource.Algorithm.Name),
            ("created", resource.Created)).ConfigureAwait(false);
        if (added == 0)
            throw new RefusedException(Refusal.AlreadyExists, $"the resource '{resource.Identifier}' exists already; delete it first, or choose another identifier");
        foreach (var scope in resource.Scopes)
        {
            await transaction.ExecuteAsync(
                "INSERT INTO resource_scope (resource, scope) VALUES (@resource, @scope)",
                ("resource", resource.Identifier), ("scope", scope)).ConfigureAwait(false);
        }
    }

    private static (Resource Resource, string? Scope) Map(DbDataReader row) => (
        new Resource(
            row.GetString(0), [], TimeSpan.FromSeconds(row.GetInt64(1)), ResourceRules.StoredAlgorithm(row.GetString(2)), row.Time(3))
        {
            Encryption = ResourceEncryption.FromRow(row, 5),
        },
        row.IsDBNull(4) ? null : row.GetString(4));

    private static Resource[] Collect(IReadOnlyList<(Resource Resource, string? Scope)> rows) =>
    [
        .. rows.GroupBy(row => row.Resource.Identifier, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.First().Resource with
            {
                Scopes = [.. group.Select(row => row.Scope).OfType<string>().Order(StringComparer.Ordinal)],
            }),
    ];
}
