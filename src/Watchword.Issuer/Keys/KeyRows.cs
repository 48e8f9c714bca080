// The steps of a rotation as statements of one transaction. They write down what they changed, and fail where a row is not what it was.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeyRows(Transaction transaction, SignatureAlgorithm algorithm, DateTimeOffset now)
{
    private readonly List<KeyChange> _changes = [];

    public IReadOnlyList<KeyChange> Changes => _changes;

    public Task<IReadOnlyList<StoredKey>> ReadAsync() => transaction.ReadAsync(
        $"SELECT {StoredKey.Columns} FROM signing_key WHERE algorithm = @algorithm ORDER BY number", StoredKey.FromRow, ("algorithm", algorithm.Name));

    /// <summary>Publishes a new key as the standby.</summary>
    public async Task PrepareAsync(string kid, long dataKey, byte[] box)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO signing_key (kid, number, algorithm, state, data_key, box, created)
            SELECT @kid, COALESCE(MAX(number), 0) + 1, @algorithm, 'standby', @data_key, @box, @now FROM signing_key
            """,
            ("kid", kid), ("algorithm", algorithm.Name), ("data_key", dataKey), ("box", box), ("now", now)).ConfigureAwait(false);
        _changes.Add(new KeyChange(kid, algorithm, null, KeyState.Standby));
    }

    public Task RetireAsync(string kid) =>
        ChangeAsync(kid, KeyState.Active, KeyState.Retired, "UPDATE signing_key SET state = 'retired', retired = @now WHERE kid = @kid AND state = 'active'");

    public Task ActivateAsync(string kid) =>
        ChangeAsync(kid, KeyState.Standby, KeyState.Active, "UPDATE signing_key SET state = 'active', activated = @now WHERE kid = @kid AND state = 'standby'");

    public Task DropAsync(string kid) =>
        ChangeAsync(kid, KeyState.Retired, null, "DELETE FROM signing_key WHERE kid = @kid AND state = 'retired'");

    /// <summary>Withdraws a key of any state and wipes its private half.</summary>
    public Task RevokeAsync(StoredKey key, string reason) => ChangeAsync(
        key.KeyId, key.State, KeyState.Revoked,
        "UPDATE signing_key SET state = 'revoked', revoked = @now, reason = @reason, box = NULL WHERE kid = @kid AND state <> 'revoked'", ("reason", reason));

    private async Task ChangeAsync(string kid, KeyState from, KeyState? to, string sql, params (string Name, object? Value)[] more)
    {
        if (await transaction.ExecuteAsync(sql, [("kid", kid), ("now", now), .. more]).ConfigureAwait(false) != 1)
            throw new StorageException($"the signing key '{kid}' was changed by another program; look at its state with: watchword key list");
        _changes.Add(new KeyChange(kid, algorithm, from, to));
    }
}
