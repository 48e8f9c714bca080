// A database that an older version made, built by the older version's own steps and filled with its rows, is brought up to date with all that is in it.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Watchword.Issuer.Storage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class MigrationTests(PostgresServer server) : IDisposable
{
    private const string Billing = "https://billing";

    private static readonly string[] Tables =
    [
        "data_key", "signing_key", "resource", "resource_scope", "shared_secret", "client", "credential", "client_grant", "grant_scope", "client_usage",
    ];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, int> FormerVersions =>
    [
        .. from dialect in Enum.GetNames<Dialect>() from version in Enumerable.Range(1, Schema.Steps.Count - 1) select (dialect, version),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(FormerVersions))]
    public async Task A_former_database_is_brought_up_to_date_with_all_that_is_in_it(string database, int version)
    {
        var dialect = Enum.Parse<Dialect>(database);
        var (made, former) = (await NewAsync(dialect, "made"), await NewAsync(dialect, "former"));
        Watchword.Issuer.Clients.ApiKey key;
        string[] keyIds;
        await using (var stores = await OpenAsync(dialect, made))
        {
            keyIds = [.. (await stores.EnsureKeysAsync(SignatureAlgorithm.ES256)).Select(stored => stored.KeyId).Order()];
            key = await stores.AddCallerAsync(algorithm: "HS256");
        }
        await CopyAsync(dialect, made, former, version);

        await using var opened = await OpenAsync(dialect, former);
        Assert.Equal(Migrations.Latest, await opened.CountAsync("SELECT version FROM schema_version"));
        Assert.Equal(keyIds, (await opened.Keys.ReadAsync(revokedToo: true, default)).Select(stored => stored.KeyId).Order());
        var grant = (await opened.Authenticator.AuthenticateAsync(key, null, default)).Caller!.Grants[Billing];
        Assert.NotNull(grant.SharedKey);
        Assert.Null(grant.Encryption);
        var secret = Assert.Single(await opened.Secrets.ListAsync(Billing, default));
        Assert.Equal((grant.SharedKey.KeyId, secret.Created), (secret.KeyId, secret.Activated));
        Assert.Empty(await opened.Trust.ListAsync(default));
        Assert.Null(await opened.Trust.VersionAsync(default));
        Assert.Null(Assert.Single(await opened.Credentials.ListAsync("orders", default)).LastUsedFrom);
    }

    private async Task<string> NewAsync(Dialect dialect, string name) => dialect == Dialect.PostgreSql
        ? await server.NewDatabaseAsync()
        : $"Data Source={Path.Combine(_folder.Path, name + ".db")};Pooling=False";

    private Task<IssuerStores> OpenAsync(Dialect dialect, string connection) => IssuerStores.OverAsync(
        Path.Combine(_folder.Path, "data"),
        _ => dialect == Dialect.PostgreSql
            ? Database.OpenPostgreSqlAsync(NpgsqlDataSource.Create(connection), default)
            : Database.OpenSqliteAsync(new SqliteConnectionStringBuilder(connection).DataSource, default),
        TimeProvider.System);

    private static async Task CopyAsync(Dialect dialect, string from, string to, int version)
    {
        await using DbConnection source = dialect == Dialect.PostgreSql ? new NpgsqlConnection(from) : new SqliteConnection(from);
        await using DbConnection target = dialect == Dialect.PostgreSql ? new NpgsqlConnection(to) : new SqliteConnection(to);
        await source.OpenAsync();
        await target.OpenAsync();
        if (dialect == Dialect.Sqlite)
            await ExecuteAsync(target, $"PRAGMA application_id={SqliteFile.WatchwordMark}");
        foreach (var statement in Schema.Steps.Take(version).SelectMany(step => step))
            await ExecuteAsync(target, statement);
        await ExecuteAsync(target, "CREATE TABLE schema_version (version BIGINT NOT NULL)");
        await ExecuteAsync(target, $"INSERT INTO schema_version (version) VALUES ({version})");
        foreach (var table in Tables)
            await CopyTableAsync(source, target, table);
    }

    // The columns that the table has at the target, which are those of the version that made it.
    private static async Task CopyTableAsync(DbConnection source, DbConnection target, string table)
    {
        string columns;
        await using (var shape = await Command(target, $"SELECT * FROM {table}").ExecuteReaderAsync())
            columns = string.Join(", ", Enumerable.Range(0, shape.FieldCount).Select(shape.GetName));
        await using var rows = await Command(source, $"SELECT {columns} FROM {table}").ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var names = Enumerable.Range(0, rows.FieldCount).Select(column => $"@v{column}").ToArray();
            await using var insert = Command(target, $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names)})");
            for (var column = 0; column < rows.FieldCount; column++)
            {
                var parameter = insert.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (names[column], rows.GetValue(column));
                insert.Parameters.Add(parameter);
            }
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
