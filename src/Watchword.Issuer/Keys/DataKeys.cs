// The keys that protect rows: one for the hashes of API keys, one for stored keys. They are random and versioned, and the database holds
// them wrapped by the master key, so that the master key can change without touching a credential.
using System.Security.Cryptography;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>The unwrapped data keys of every version, for the life of the process. New rows use the current version.</summary>
internal sealed class DataKeys : IDisposable
{
    private readonly Dictionary<long, byte[]> _apiKeys = [];
    private readonly Dictionary<long, KeyProtection> _storedKeys = [];

    private DataKeys()
    {
    }

    /// <summary>The version that new API keys are hashed under.</summary>
    public long ApiKeyVersion { get; private set; }

    /// <summary>The version that new stored keys are protected under.</summary>
    public long StoredKeyVersion { get; private set; }

    /// <summary>Unwraps the data keys; makes the first version of a purpose when there is none.</summary>
    /// <exception cref="StorageException">The master key does not fit the database, or a data key of the database is gone.</exception>
    public static async Task<DataKeys> OpenAsync(Database database, MasterKeys masters, TimeProvider clock, CancellationToken ct)
    {
        // What is there must fit before anything is added beside it.
        (await ReadAsync(database, masters, ct).ConfigureAwait(false)).Dispose();
        await AddMissingAsync(database, masters.First, clock, ct).ConfigureAwait(false);
        return await ReadAsync(database, masters, ct).ConfigureAwait(false);
    }

    /// <summary>Unwraps the data keys that are there and adds none.</summary>
    /// <exception cref="StorageException">The master key does not fit the database.</exception>
    public static async Task<DataKeys> ReadAsync(Database database, MasterKeys masters, CancellationToken ct)
    {
        var rows = await WrappedDataKey.ReadAllAsync(database, ct).ConfigureAwait(false);
        var keys = new DataKeys();
        try
        {
            foreach (var row in rows)
                keys.Add(row, masters.Unwrap(row) ?? throw masters.Fault(database, row, rows));
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>The key that API keys of a version are hashed under.</summary>
    public ReadOnlySpan<byte> ApiKeyHashing(long version) => _apiKeys.TryGetValue(version, out var key) ? key : throw Missing(version);

    /// <summary>What protects stored keys of a version.</summary>
    public KeyProtection StoredKeys(long version) => _storedKeys.TryGetValue(version, out var key) ? key : throw Missing(version);

    /// <summary>Wipes the keys from memory.</summary>
    public void Dispose()
    {
        foreach (var key in _apiKeys.Values)
            CryptographicOperations.ZeroMemory(key);
        foreach (var key in _storedKeys.Values)
            key.Dispose();
    }

    // Both are made together, before the first row that needs one: a database that has either has lost the other.
    private static Task<bool> AddMissingAsync(Database database, MasterKey master, TimeProvider clock, CancellationToken ct) => database.WriteAsync(
        async transaction =>
        {
            string[] purposes = [WrappedDataKey.ApiKeys, WrappedDataKey.StoredKeys];
            var there = await transaction.ReadAsync(
                "SELECT DISTINCT purpose FROM data_key UNION SELECT 'a signing key' FROM signing_key", row => row.GetString(0)).ConfigureAwait(false);
            if (there.Count == 0)
            {
                foreach (var purpose in purposes)
                {
                    await transaction.ExecuteAsync(
                        "INSERT INTO data_key (purpose, version, box, created) VALUES (@purpose, 1, @box, @now)",
                        ("purpose", purpose), ("box", Fresh(master, purpose).Box), ("now", clock.NowAsStored())).ConfigureAwait(false);
                }
            }
            else if (purposes.Except(there).FirstOrDefault() is { } lost)
            {
                throw new StorageException($"{database.Name} has lost its data key '{lost}', and what it protects is unreadable; restore the database from a backup");
            }
            return true;
        },
        ct);

    private static WrappedDataKey Fresh(MasterKey master, string purpose)
    {
        Span<byte> key = stackalloc byte[KeyProtection.KeyLength];
        RandomNumberGenerator.Fill(key);
        var row = WrappedDataKey.Wrap(master, purpose, 1, key);
        CryptographicOperations.ZeroMemory(key);
        return row;
    }

    private void Add(WrappedDataKey row, byte[] key)
    {
        if (row.Purpose == WrappedDataKey.ApiKeys)
        {
            _apiKeys[row.Version] = key;
            ApiKeyVersion = row.Version;
            return;
        }
        _storedKeys[row.Version] = new KeyProtection(key);
        StoredKeyVersion = row.Version;
        CryptographicOperations.ZeroMemory(key);
    }

    private static StorageException Missing(long version) =>
        new($"the database holds a row under data key {version}, which it does not have; restore it from a backup");
}
