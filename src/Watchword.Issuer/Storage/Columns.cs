// How a stored value is read back: the other half of what Transaction binds.
using System.Buffers.Text;
using System.Data.Common;

namespace Watchword.Issuer.Storage;

internal static class Columns
{
    /// <summary>The time now, to the millisecond, which is what is stored: so that what was made equals what is read.</summary>
    public static DateTimeOffset NowAsStored(this TimeProvider clock) =>
        DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static bool Truth(this DbDataReader row, int column) => row.GetInt64(column) != 0;

    /// <exception cref="StorageException">The text is not base64url.</exception>
    public static byte[] Bytes(this DbDataReader row, int column)
    {
        try
        {
            return Base64Url.DecodeFromChars(row.GetString(column));
        }
        catch (FormatException e)
        {
            throw new StorageException($"the database holds a damaged value in column '{row.GetName(column)}'; restore it from a backup", e);
        }
    }
}
