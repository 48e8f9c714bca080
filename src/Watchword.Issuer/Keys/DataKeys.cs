// The keys that protect rows: one for the hashes of API keys, one for stored keys. They are random and versioned, and the database holds
// them wrapped by the master key, so that the master key can change without touching a credential.
using System.Security.Cryptography;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>The unwrapped data keys of every version, for the life of the process. New rows use the current version.</summary>
internal sealed class DataKeys : IDisposable
{
    private const string ApiKeyPurpose = "api-keys";
    private const string StoredKeyPurpose = "keys";
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
    /// <exception cref="StorageException">The master key does not fit the database.</exception>
    public static async Task<DataKeys> OpenAsync(Database database, MasterKey master, TimeProvider clock, CancellationToken ct)
    {
        // What is there must fit before anything is added beside it.
        (await ReadAsync(database, master, ct).ConfigureAwait(false)).Dispose();
        await AddMissingAsync(database, master, clock, ct).ConfigureAwait(false);
        return await ReadAsync(database, master, ct).ConfigureAwait(false);
    }

    /// <summary>Unwraps the data keys that are there and adds none.</summary>
    /// <exception cref="StorageException">The master key does not fit the database.</exception>
    public static async Task<DataKeys> ReadAsync(Database database, MasterKey master, CancellationToken ct)
    {
        var rows = await database.ReadAsync(
            "SELECT purpose, version, box FROM data_key ORDER BY purpose, version",
            row => (Purpose: row.GetString(0), Version: row.GetInt64(1), Box: row.Bytes(2)), ct).ConfigureAwait(false);
        var keys = new DataKeys();
        try
        {
            foreach (var (purpose, version, box) in rows)
                keys.Add(purpose, version, master.Protection.Unprotect(box, "data-key", Id(purpose, version), Algorithm(purpose)));
            return keys;
        }
        catch (KeyProtectionException e)
        {
            keys.Dispose();
            throw new StorageException(
                $"the master key '{master.FilePath}' does not fit {database.Name}; give the master key that this database was made with", e);
        }
    }

    /// <summary>Whether the database holds a key that a master key wraps.</summary>
    public static async Task<bool> ExistAsync(Database database, CancellationToken ct) =>
        (await database.ReadAsync("SELECT version FROM data_key", row => row.GetInt64(0), ct).ConfigureAwait(false)).Count > 0;

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

    private static Task<bool> AddMissingAsync(Database database, MasterKey master, TimeProvider clock, CancellationToken ct) => database.WriteAsync(
        async transaction =>
        {
            foreach (var purpose in (string[])[ApiKeyPurpose, StoredKeyPurpose])
            {
                await transaction.ExecuteAsync(
                    """
                    INSERT INTO data_key (purpose, version, box, created) SELECT @purpose, 1, @box, @now
                    WHERE NOT EXISTS (SELECT 1 FROM data_key WHERE purpose = @purpose)
                    """,
                    ("purpose", purpose), ("box", Wrapped(master, purpose, 1)), ("now", clock.NowAsStored())).ConfigureAwait(false);
            }
            return true;
        },
        ct);

    private static byte[] Wrapped(MasterKey master, string purpose, long version)
    {
        Span<byte> key = stackalloc byte[KeyProtection.KeyLength];
        RandomNumberGenerator.Fill(key);
        var box = master.Protection.Protect(key, "data-key", Id(purpose, version), Algorithm(purpose));
        CryptographicOperations.ZeroMemory(key);
        return box;
    }

    private void Add(string purpose, long version, byte[] key)
    {
        if (purpose == ApiKeyPurpose)
        {
            _apiKeys[version] = key;
            ApiKeyVersion = version;
            return;
        }
        _storedKeys[version] = new KeyProtection(key);
        StoredKeyVersion = version;
        CryptographicOperations.ZeroMemory(key);
    }

    private static string Id(string purpose, long version) => $"{purpose}.{version}";

    private static string Algorithm(string purpose) => purpose == ApiKeyPurpose ? "HS256" : "A256GCM";

    private static StorageException Missing(long version) =>
        new($"the database holds a row under data key {version}, which it does not have; restore it from a backup");
}
