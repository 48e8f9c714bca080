// The signing keys at rest: for each algorithm one that signs and one that will sign next, encrypted, bound to their row.
using System.Security.Cryptography;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>What a stored key is doing.</summary>
internal enum KeyState
{
    /// <summary>It signs. There is one for each algorithm.</summary>
    Active,

    /// <summary>It is published and will sign next. There is one for each algorithm.</summary>
    Standby,

    /// <summary>It signed before.</summary>
    Retired,

    /// <summary>It is to be used no more.</summary>
    Revoked,
}

/// <summary>A signing key as it was stored.</summary>
internal sealed record StoredKey(SigningKey Key, KeyState State, DateTimeOffset Created, DateTimeOffset? Activated);

internal sealed class KeyStore(Database database, DataKeys dataKeys, TimeProvider clock)
{
    private const string Purpose = "signing-key";

    /// <summary>Loads all signing keys of all algorithms.</summary>
    /// <exception cref="StorageException">A row was altered or exchanged.</exception>
    public Task<IReadOnlyList<StoredKey>> LoadAsync(CancellationToken ct) => database.ReadAsync(
        "SELECT kid, algorithm, state, data_key, box, created, activated FROM signing_key ORDER BY algorithm, state",
        row => new StoredKey(
            Open(row.GetString(0), row.GetString(1), row.GetInt64(3), row.Bytes(4)),
            row.GetString(2) == "active" ? KeyState.Active : KeyState.Standby, row.Time(5), row.TimeOrNull(6)),
        ct);

    /// <summary>
    /// Makes the active and the standby key of an asymmetric algorithm when they are missing, and loads all keys of all algorithms, ready for
    /// <see cref="KeyRing.Swap"/>. Of several nodes that do this at once, one makes the keys and all load the same.
    /// </summary>
    public async Task<IReadOnlyList<StoredKey>> EnsureAsync(SignatureAlgorithm algorithm, CancellationToken ct)
    {
        if (algorithm.IsSymmetric)
            throw new ArgumentException($"{algorithm} has no key of the issuer's: its secret belongs to a resource.", nameof(algorithm));
        var states = await database.ReadAsync(
            "SELECT state FROM signing_key WHERE algorithm = @algorithm", row => row.GetString(0), ct, ("algorithm", algorithm.Name)).ConfigureAwait(false);
        if (states.Count < 2)
            await AddMissingAsync(algorithm, ct).ConfigureAwait(false);
        return await LoadAsync(ct).ConfigureAwait(false);
    }

    // Making an RSA key takes a second, so it is done before the write lock is taken; the unique indexes decide who came first.
    private async Task AddMissingAsync(SignatureAlgorithm algorithm, CancellationToken ct)
    {
        using var active = SigningKey.Generate(algorithm);
        using var standby = SigningKey.Generate(algorithm);
        await database.WriteAsync(
            async transaction =>
            {
                await AddAsync(transaction, active, "active").ConfigureAwait(false);
                await AddAsync(transaction, standby, "standby").ConfigureAwait(false);
                return true;
            },
            ct).ConfigureAwait(false);
    }

    private async Task AddAsync(Transaction transaction, SigningKey key, string state)
    {
        var now = clock.NowAsStored();
        await transaction.ExecuteAsync(
            """
            INSERT INTO signing_key (kid, algorithm, state, data_key, box, created, activated)
            VALUES (@kid, @algorithm, @state, @data_key, @box, @created, @activated)
            ON CONFLICT DO NOTHING
            """,
            ("kid", key.KeyId), ("algorithm", key.Algorithm.Name), ("state", state), ("data_key", dataKeys.StoredKeyVersion),
            ("box", Box(key)), ("created", now), ("activated", state == "active" ? now : null)).ConfigureAwait(false);
    }

    private byte[] Box(SigningKey key)
    {
        var secret = key.ExportPrivateKey();
        try
        {
            return dataKeys.StoredKeys(dataKeys.StoredKeyVersion).Protect(secret, Purpose, key.KeyId, key.Algorithm.Name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private SigningKey Open(string kid, string algorithm, long version, byte[] box)
    {
        var secret = Array.Empty<byte>();
        try
        {
            if (!SignatureAlgorithm.TryFind(algorithm, out var known))
                throw new StorageException($"the signing key '{kid}' has the algorithm '{algorithm}', which this program does not know; restore the database from a backup");
            secret = dataKeys.StoredKeys(version).Unprotect(box, Purpose, kid, algorithm);
            return SigningKey.Import(known, secret, kid);
        }
        catch (Exception e) when (e is KeyProtectionException or InvalidKeyException)
        {
            throw new StorageException($"the signing key '{kid}' in the database does not open: its row was altered or exchanged; restore the database from a backup", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
