// The storage contract on a real PostgreSQL: the same SQL text, the same outcome.
using Npgsql;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class PostgreSqlStorageTests(PostgresServer server) : ReviewContract
{
    private string? _connection;

    private protected override async Task<Database> OpenDatabaseAsync()
    {
        _connection ??= await server.NewDatabaseAsync();
        return await Database.OpenPostgreSqlAsync(NpgsqlDataSource.Create(_connection), default);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var source = NpgsqlDataSource.Create("Host=/nowhere;Username=watchword;Database=watchword");
        var fault = await Assert.ThrowsAsync<StorageException>(() => Database.OpenPostgreSqlAsync(source, default));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
    }
}
