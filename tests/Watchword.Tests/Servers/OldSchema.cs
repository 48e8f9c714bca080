// Brings a database back to what an earlier version of the program made: by that version's own steps, with the rows it knew.
using Watchword.Issuer.Storage;

namespace Watchword.Tests.Servers;

internal static class OldSchema
{
    // The tables that are filled in tests, each after those it refers to, with the columns they had at first.
    private static readonly (string Table, string[] Columns)[] First =
    [
        ("data_key", ["purpose", "version", "box", "created"]),
        ("signing_key", ["kid", "algorithm", "state", "data_key", "box", "created", "activated"]),
        ("resource", ["resource", "lifetime", "algorithm", "created"]),
        ("resource_scope", ["resource", "scope"]),
        ("shared_secret", ["kid", "resource", "data_key", "box", "created"]),
        ("client", ["client_id", "disabled", "created"]),
        ("credential", ["credential_id", "client_id", "name", "data_key", "hash", "created", "expires", "last_used", "revoked"]),
        ("client_grant", ["client_id", "resource", "created"]),
        ("grant_scope", ["client_id", "resource", "scope"]),
    ];

    public static async Task RebuildAsync(this IssuerStores stores, int version)
    {
        var kept = new List<(string Insert, (string, object?)[] Values)>();
        foreach (var (table, columns) in First)
        {
            var insert = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})";
            kept.AddRange((await stores.Database.ReadAsync(
                $"SELECT {string.Join(", ", columns)} FROM {table}",
                row => columns.Select((name, at) => (name, row.IsDBNull(at) ? null : row.GetValue(at))).ToArray(), default)).Select(values => (insert, values)));
        }
        var (tables, drop) = stores.Database.Dialect == Dialect.Sqlite
            ? ("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid DESC", "")
            : ("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", " CASCADE");
        foreach (var table in await stores.Database.ReadAsync(tables, row => row.GetString(0), default))
            await stores.ExecuteAsync($"DROP TABLE {table}{drop}");
        await stores.Database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync("CREATE TABLE schema_version (version BIGINT NOT NULL)");
                await transaction.ExecuteAsync("INSERT INTO schema_version (version) VALUES (@version)", ("version", version));
                foreach (var statement in Schema.Steps.Take(version).SelectMany(step => step))
                    await transaction.ExecuteAsync(statement);
                foreach (var (insert, values) in kept)
                    await transaction.ExecuteAsync(insert, values);
                return true;
            },
            default);
    }
}
