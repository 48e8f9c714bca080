// The rows of data_key: each a data key wrapped by the master key, bound to its purpose and version, so that a row given to another does not open.
using System.Data.Common;
using System.Security.Cryptography;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Keys;

/// <summary>A data key as it is stored.</summary>
internal sealed record WrappedDataKey(string Purpose, long Version, byte[] Box)
{
    /// <summary>The data keys that API keys are hashed under.</summary>
    public const string ApiKeys = "api-keys";

    /// <summary>The data keys that signing keys and shared secrets are encrypted with.</summary>
    public const string StoredKeys = "keys";

    private const string Select = "SELECT purpose, version, box FROM data_key ORDER BY purpose, version";

    /// <summary>What the row is called.</summary>
    public string Id => $"{Purpose}.{Version}";

    private string Algorithm => Purpose == ApiKeys ? "HS256" : "A256GCM";

    /// <summary>All rows, by purpose and version.</summary>
    public static Task<IReadOnlyList<WrappedDataKey>> ReadAllAsync(Database database, CancellationToken ct) => database.ReadAsync(Select, Map, ct);

    /// <summary>Wraps a data key for its row.</summary>
    public static WrappedDataKey Wrap(MasterKey master, string purpose, long version, ReadOnlySpan<byte> key)
    {
        var row = new WrappedDataKey(purpose, version, []);
        return row with { Box = master.Wrap(key, row.Id, row.Algorithm) };
    }

    /// <summary>Wraps every row by <paramref name="target"/> that is not yet, in one transaction, and answers how many those were and of how many.</summary>
    /// <exception cref="StorageException">A row opens under none of the keys; nothing was changed.</exception>
    public static Task<(int Rewrapped, int All)> RewrapAsync(Database database, MasterKeys masters, MasterKey target, CancellationToken ct) =>
        database.WriteAsync(
            async transaction =>
            {
                var rows = await transaction.ReadAsync(Select, Map).ConfigureAwait(false);
                var rewrapped = 0;
                foreach (var row in rows)
                {
                    var wrapped = row.Unwrap(target);
                    var key = wrapped ?? masters.Unwrap(row) ?? throw masters.Fault(database, row, rows);
                    if (wrapped is null)
                    {
                        rewrapped += await transaction.ExecuteAsync(
                            "UPDATE data_key SET box = @box WHERE purpose = @purpose AND version = @version",
                            ("box", Wrap(target, row.Purpose, row.Version, key).Box), ("purpose", row.Purpose), ("version", row.Version)).ConfigureAwait(false);
                    }
                    CryptographicOperations.ZeroMemory(key);
                }
                return (rewrapped, rows.Count);
            },
            ct);

    /// <summary>The data key, or <see langword="null"/> when this master key does not open the row. The caller wipes it.</summary>
    public byte[]? Unwrap(MasterKey master) => master.Unwrap(Box, Id, Algorithm);

    private static WrappedDataKey Map(DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.Bytes(2));
}
