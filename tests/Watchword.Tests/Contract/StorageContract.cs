// What both databases must do alike. The suites that derive from this one say where the database comes from.
using Microsoft.Extensions.Time.Testing;
using Watchword.Files;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public abstract class StorageContract : IDisposable
{
    private readonly TempFolder _folder = new();

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    /// <summary>Opens the one database of this test; a second call opens it again, as a second node would.</summary>
    private protected abstract Task<Database> OpenDatabaseAsync();

    /// <summary>Puts stores over the database. Each call is a node of its own; they share the master key.</summary>
    private protected async Task<IssuerStores> OpenAsync()
    {
        var number = Directory.GetDirectories(_folder.Path).Length;
        var node = Path.Combine(_folder.Path, $"node-{number}");
        if (number > 0)
        {
            PrivateFile.CreateFolder(node);
            File.Copy(Path.Combine(_folder.Path, "node-0", "master.key"), Path.Combine(node, "master.key"));
        }
        return await IssuerStores.OverAsync(node, _ => OpenDatabaseAsync(), Clock);
    }

    public void Dispose()
    {
        CleanUp();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Does one of many things that are done at once. SQLite waits 5 s for whoever writes; where that one is kept from writing on,
    /// nothing was done, and it is tried again.
    /// </summary>
    private protected static Task<T> RaceAsync<T>(Func<Task<T>> work) => Task.Run(async () =>
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (StorageException fault) when (attempt < 12 && fault.Message.Contains("is locked by another program", StringComparison.Ordinal))
            {
                // The writer will have its turn.
            }
        }
    });

    private protected virtual void CleanUp()
    {
    }

    [Fact]
    public async Task Migrations_can_run_again()
    {
        await using (var stores = await OpenAsync())
            await stores.Clients.CreateAsync("orders", null, null, default);
        await using var again = await OpenAsync();
        Assert.Equal(Migrations.Latest, await again.CountAsync("SELECT version FROM schema_version"));
        Assert.Equal("orders", (await again.Clients.GetAsync("orders", default)).ClientId);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await using var stores = await OpenAsync();
        await stores.ExecuteAsync("UPDATE schema_version SET version = 7");
        var refusal = await Assert.ThrowsAsync<StorageException>(OpenDatabaseAsync);
        Assert.EndsWith($"is version 7, this program knows up to {Migrations.Latest}; run the newer watchword", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(7, await stores.CountAsync("SELECT version FROM schema_version"));
    }

    [Fact]
    public async Task A_write_that_throws_leaves_nothing()
    {
        await using var stores = await OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stores.Database.WriteAsync<bool>(
            async transaction =>
            {
                await transaction.ExecuteAsync("INSERT INTO client (client_id, disabled, created) VALUES ('orders', 0, 0)");
                throw new InvalidOperationException("on purpose");
            },
            default));
        Assert.Empty(await stores.Clients.ListAsync(default));
    }

    [Fact]
    public async Task Writes_of_many_tasks_and_nodes_do_not_lose_each_other()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        await one.ExecuteAsync("INSERT INTO client (client_id, disabled, created) VALUES ('count', 0, 0)");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(each => RaceAsync(() => (each % 2 == 0 ? one : two).Database.WriteAsync(
            async transaction =>
            {
                var before = (await transaction.ReadAsync("SELECT created FROM client WHERE client_id = 'count'", row => row.GetInt64(0)))[0];
                return await transaction.ExecuteAsync("UPDATE client SET created = @next WHERE client_id = 'count'", ("next", before + 1));
            },
            default))));
        Assert.Equal(40, await one.CountAsync("SELECT created FROM client"));
    }

    [Fact]
    public async Task A_database_that_answers_is_ready()
    {
        await using var stores = await OpenAsync();
        Assert.True(await stores.Database.IsReadyAsync(default));
        await stores.ExecuteAsync("DROP TABLE schema_version");
        Assert.False(await stores.Database.IsReadyAsync(default));
    }

    [Fact]
    public async Task A_faulty_statement_is_a_storage_exception()
    {
        await using var stores = await OpenAsync();
        var fault = await Assert.ThrowsAsync<StorageException>(() => stores.CountAsync("SELECT no_such_column FROM client"));
        Assert.DoesNotContain('\n', fault.Message);
        await Assert.ThrowsAsync<StorageException>(() => stores.ExecuteAsync("INSERT INTO client (client_id) VALUES ('x')"));
    }
}
