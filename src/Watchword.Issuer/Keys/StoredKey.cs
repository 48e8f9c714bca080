// A signing key as its row says, its private half still encrypted.
using System.Data.Common;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Algorithm">What it signs by.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Number">Greater than that of every key made before.</param>
/// <param name="DataKey">The version of the data key that its box is encrypted under.</param>
/// <param name="Created">When it was made, and published.</param>
internal sealed record StoredKey(
    string KeyId, SignatureAlgorithm Algorithm, KeyState State, long Number, long DataKey, DateTimeOffset Created)
{
    /// <summary>The columns that <see cref="FromRow"/> reads, in its order.</summary>
    public const string Columns = "kid, algorithm, state, number, data_key, created, box, activated, retired, revoked, reason";

    /// <summary>The private half, encrypted; empty once the key is revoked.</summary>
    public byte[] Box { get; private init; } = [];

    public DateTimeOffset? Activated { get; private init; }

    public DateTimeOffset? Retired { get; private init; }

    public DateTimeOffset? Revoked { get; private init; }

    /// <summary>Why it was revoked, in the operator's words.</summary>
    public string? Reason { get; private init; }

    /// <summary>The key as its schedule sees it.</summary>
    public ScheduledKey Scheduled => new(KeyId, State, Created) { Activated = Activated, Retired = Retired };

    /// <exception cref="StorageException">The row was altered.</exception>
    public static StoredKey FromRow(DbDataReader row) => new(
        row.GetString(0), AlgorithmOf(row.GetString(0), row.GetString(1)), KeyStateText.Parse(row.GetString(2)), row.GetInt64(3), row.GetInt64(4), row.Time(5))
    {
        Box = row.IsDBNull(6) ? [] : row.Bytes(6),
        Activated = row.TimeOrNull(7),
        Retired = row.TimeOrNull(8),
        Revoked = row.TimeOrNull(9),
        Reason = row.IsDBNull(10) ? null : row.GetString(10),
    };

    private static SignatureAlgorithm AlgorithmOf(string kid, string name) => SignatureAlgorithm.TryFind(name, out var algorithm)
        ? algorithm
        : throw new StorageException($"the signing key '{kid}' has the algorithm '{name}', which this program does not know; restore the database from a backup");
}
