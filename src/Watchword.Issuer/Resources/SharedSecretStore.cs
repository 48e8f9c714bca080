// The shared secrets of HS256 resources: one signs, one may stand by to sign next, and of those that signed before only the name is kept.
using System.Data.Common;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

/// <summary>A shared secret without the secret.</summary>
internal sealed record StoredSecret(string KeyId, KeyState State, DateTimeOffset Created)
{
    /// <summary>When it began to sign.</summary>
    public DateTimeOffset? Activated { get; init; }

    /// <summary>When another took its place.</summary>
    public DateTimeOffset? Retired { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? Revoked { get; init; }
}

internal sealed class SharedSecretStore(Database database, DataKeys keys, TimeProvider clock)
{
    private const string Select = "SELECT kid, state, created, activated, retired, revoked FROM shared_secret WHERE resource = @resource ORDER BY created, kid";
    private const string AlgorithmOf = "SELECT algorithm FROM resource WHERE resource = @resource";

    /// <summary>Stores a secret of a new resource, or one that stands by, as part of a transaction.</summary>
    public static Task<int> InsertAsync(
        Transaction transaction, DataKeys keys, string resource, SharedSecret secret, StoredSecret stored) => transaction.ExecuteAsync(
        """
        INSERT INTO shared_secret (kid, resource, state, data_key, box, created, activated)
        VALUES (@kid, @resource, @state, @data_key, @box, @created, @activated)
        """,
        ("kid", stored.KeyId), ("resource", resource), ("state", KeyStateText.Of(stored.State)), ("data_key", keys.StoredKeyVersion),
        ("box", SharedSecrets.Protect(keys, secret, resource)), ("created", stored.Created), ("activated", stored.Activated));

    /// <summary>Makes a second secret, which signs nothing before <see cref="ActivateAsync"/>: the resource must have it first.</summary>
    /// <exception cref="RefusedException">There is no such resource, it shares no secret, or one stands by already.</exception>
    public Task<(SharedSecret Secret, StoredSecret Stored)> AddAsync(string resource, CancellationToken ct)
    {
        var secret = SharedSecret.Generate();
        var stored = new StoredSecret(secret.KeyId, KeyState.Standby, clock.NowAsStored());
        return database.ChangeAsync(
            async transaction =>
            {
                if (Find(await ReadAsync(transaction, resource).ConfigureAwait(false), KeyState.Standby) is { } standby)
                    throw Conflict($"the secret '{standby.KeyId}' of '{resource}' stands by already; activate or revoke it first");
                await InsertAsync(transaction, keys, resource, secret, stored).ConfigureAwait(false);
                return (secret, stored);
            },
            ct);
    }

    /// <summary>The standby signs from now on, and the one that signed is retired.</summary>
    /// <exception cref="RefusedException">There is no such resource, or no secret of it stands by.</exception>
    public Task<(StoredSecret Active, StoredSecret? Retired)> ActivateAsync(string resource, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            var secrets = await ReadAsync(transaction, resource).ConfigureAwait(false);
            var standby = Find(secrets, KeyState.Standby)
                ?? throw Conflict($"no secret of '{resource}' stands by; add one with: watchword resource secret add {resource}, and give it to the resource first");
            var former = Find(secrets, KeyState.Active);
            if (former is not null)
                await EndAsync(transaction, former.KeyId, KeyState.Retired).ConfigureAwait(false);
            await PromoteAsync(transaction, standby.KeyId).ConfigureAwait(false);
            return (await ReadOneAsync(transaction, resource, standby.KeyId).ConfigureAwait(false), former);
        },
        ct);

    /// <summary>The secrets of a resource, oldest first, also those that signed once.</summary>
    /// <exception cref="RefusedException">There is no such resource, or it shares no secret.</exception>
    public async Task<IReadOnlyList<StoredSecret>> ListAsync(string resource, CancellationToken ct)
    {
        var found = await database.ReadAsync(Select, Map, ct, ("resource", resource)).ConfigureAwait(false);
        if (found.Count == 0)
            Require(await database.ReadAsync(AlgorithmOf, row => row.GetString(0), ct, ("resource", resource)).ConfigureAwait(false), resource);
        return found;
    }

    /// <summary>Revokes a secret for good. If it is the one that signs, the standby signs at once; without one it is refused.</summary>
    /// <exception cref="RefusedException">There is no such resource or secret, or it signs and nothing could sign in its place.</exception>
    public Task<(StoredSecret Revoked, StoredSecret? Active)> RevokeAsync(string resource, string keyId, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            var secrets = await ReadAsync(transaction, resource).ConfigureAwait(false);
            var secret = secrets.FirstOrDefault(each => each.KeyId == keyId)
                ?? throw new RefusedException(Refusal.NotFound, $"the resource '{resource}' has no such secret; see their names with: watchword resource secret list {resource}");
            var successor = secret.State == KeyState.Active
                ? Find(secrets, KeyState.Standby)
                    ?? throw Conflict($"the secret '{keyId}' signs the tokens of '{resource}' and no other stands by; add one first with: watchword resource secret add {resource}")
                : null;
            if (secret.State != KeyState.Revoked)
                await EndAsync(transaction, keyId, KeyState.Revoked).ConfigureAwait(false);
            if (successor is not null)
                await PromoteAsync(transaction, successor.KeyId).ConfigureAwait(false);
            return (await ReadOneAsync(transaction, resource, keyId).ConfigureAwait(false), Find(await ReadAsync(transaction, resource).ConfigureAwait(false), KeyState.Active));
        },
        ct);

    private static async Task<IReadOnlyList<StoredSecret>> ReadAsync(Transaction transaction, string resource)
    {
        Require(await transaction.ReadAsync(AlgorithmOf, row => row.GetString(0), ("resource", resource)).ConfigureAwait(false), resource);
        return await transaction.ReadAsync(Select, Map, ("resource", resource)).ConfigureAwait(false);
    }

    private static async Task<StoredSecret> ReadOneAsync(Transaction transaction, string resource, string keyId) =>
        (await ReadAsync(transaction, resource).ConfigureAwait(false)).First(secret => secret.KeyId == keyId);

    private static void Require(IReadOnlyList<string> algorithms, string resource)
    {
        if (algorithms.Count == 0)
            throw ResourceRules.NoResource(resource);
        if (!ResourceRules.StoredAlgorithm(algorithms[0]).IsSymmetric)
            throw new RefusedException(Refusal.Invalid, $"the resource '{resource}' shares no secret with the issuer, because its tokens are signed with {algorithms[0]}");
    }

    private static StoredSecret? Find(IReadOnlyList<StoredSecret> secrets, KeyState state) => secrets.FirstOrDefault(secret => secret.State == state);

    // What signs no more is not kept: the issuer never verifies with it.
    private Task<int> EndAsync(Transaction transaction, string keyId, KeyState state) => transaction.ExecuteAsync(
        $"UPDATE shared_secret SET state = @state, {(state == KeyState.Retired ? "retired" : "revoked")} = @now, box = NULL WHERE kid = @kid",
        ("state", KeyStateText.Of(state)), ("now", clock.NowAsStored()), ("kid", keyId));

    private Task<int> PromoteAsync(Transaction transaction, string keyId) => transaction.ExecuteAsync(
        "UPDATE shared_secret SET state = @state, activated = @now WHERE kid = @kid",
        ("state", KeyStateText.Of(KeyState.Active)), ("now", clock.NowAsStored()), ("kid", keyId));

    private static RefusedException Conflict(string message) => new(Refusal.Conflict, message);

    private static StoredSecret Map(DbDataReader row) => new(row.GetString(0), KeyStateText.Parse(row.GetString(1)), row.Time(2))
    {
        Activated = row.TimeOrNull(3),
        Retired = row.TimeOrNull(4),
        Revoked = row.TimeOrNull(5),
    };
}
