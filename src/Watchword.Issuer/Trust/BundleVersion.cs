// One version of the bundle as it is stored: the published one, or a draft that waits for its signature.
using System.Data.Common;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Trust;

/// <param name="Serial">Its serial.</param>
/// <param name="Expires">Until when targets are to follow it.</param>
/// <param name="Made">When it was made, or, if it was signed elsewhere, taken.</param>
/// <param name="IsSigned">Whether it came signed; then only another signed one takes its place, unless an administrator says otherwise.</param>
/// <param name="Lags">Whether the registry has changed since it was signed.</param>
internal sealed record BundleVersion(long Serial, DateTimeOffset Expires, DateTimeOffset Made, bool IsSigned, bool Lags)
{
    public const string Columns = "serial, expires, made, signed, lags";

    public static BundleVersion FromRow(DbDataReader row) => new(row.GetInt64(0), row.Time(1), row.Time(2), row.Truth(3), row.Truth(4));
}

/// <param name="Version">What is known of it.</param>
/// <param name="Document">The very text that is published: JSON, or a compact JWS of it.</param>
internal sealed record StoredBundle(BundleVersion Version, string Document)
{
    public const string Columns = BundleVersion.Columns + ", document";

    public static StoredBundle FromRow(DbDataReader row) => new(BundleVersion.FromRow(row), row.GetString(5));
}
