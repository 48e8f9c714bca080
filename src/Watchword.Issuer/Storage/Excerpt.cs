// The first rows of what may be very many, and how many there are, read by one statement.
using System.Data.Common;

namespace Watchword.Issuer.Storage;

/// <param name="Rows">At most <see cref="Excerpt.Most"/> of them.</param>
/// <param name="All">How many there are.</param>
internal sealed record Excerpt<T>(IReadOnlyList<T> Rows, long All);

internal static class Excerpt
{
    /// <summary>The greatest number of rows that are read.</summary>
    public const int Most = 100;

    /// <summary>Reads the first rows of a query, which is given in two pieces.</summary>
    /// <param name="database">What is read from.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rest">What follows them, from <c>FROM</c> to <c>ORDER BY</c>.</param>
    /// <param name="map">What a row says.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <param name="values">The values of the query.</param>
    public static async Task<Excerpt<T>> ReadAsync<T>(
        Database database, string columns, string rest, Func<DbDataReader, T> map, CancellationToken ct, params (string Name, object? Value)[] values)
    {
        var rows = await database.ReadAsync(
            $"SELECT {columns}, COUNT(*) OVER () {rest} LIMIT {Most}", row => (Value: map(row), All: row.GetInt64(row.FieldCount - 1)), ct, values).ConfigureAwait(false);
        return new Excerpt<T>([.. rows.Select(row => row.Value)], rows.Count == 0 ? 0 : rows[0].All);
    }
}
