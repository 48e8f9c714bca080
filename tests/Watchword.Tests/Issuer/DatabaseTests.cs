// SQLite's side: settings that survive a power cut, files that are not ours, a disk that is full, and a writer that holds the lock.
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class DatabaseTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string FilePath => Path.Combine(_temp.Path, "watchword.db");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task What_is_acknowledged_is_on_disk()
    {
        await using var database = await Database.OpenSqliteAsync(FilePath, default);
        foreach (var (pragma, value) in ((string, string)[])[("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"), ("busy_timeout", "5000")])
        {
            Assert.Equal(value, Assert.Single(await database.ReadAsync($"PRAGMA {pragma}", row => row.GetValue(0).ToString()!, default)));
            Assert.Equal(value, await database.WriteAsync(
                async transaction => (await transaction.ReadAsync($"PRAGMA {pragma}", row => row.GetValue(0).ToString()!))[0], default));
        }
    }

    [Fact]
    public async Task Its_files_are_for_the_owner_alone()
    {
        await using var database = await Database.OpenSqliteAsync(FilePath, default);
        var files = Directory.GetFiles(_temp.Path);
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task It_is_one_file_once_it_is_closed()
    {
        await (await Database.OpenSqliteAsync(FilePath, default)).DisposeAsync();
        Assert.Equal([FilePath], Directory.GetFiles(_temp.Path));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(FilePath, string.Concat(Enumerable.Repeat("not a database ", 400)));
        var before = await File.ReadAllBytesAsync(FilePath);
        await RefusedAsync("is not a database");
        Assert.Equal(before, await File.ReadAllBytesAsync(FilePath));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        await RawAsync("CREATE TABLE notes (text TEXT)");
        await RefusedAsync("database of another program");
        Assert.Equal(1L, await RawAsync("SELECT COUNT(*) FROM sqlite_master"));
    }

    [Fact]
    public async Task A_folder_in_its_place_is_refused()
    {
        Directory.CreateDirectory(FilePath);
        await RefusedAsync("cannot be opened");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<StorageException>(() => Database.OpenSqliteAsync("/proc/watchword.db", default));
        Assert.Contains("'/proc/watchword.db' cannot be opened", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_that_holds_on_is_waited_for_and_then_named()
    {
        await using var database = await Database.OpenSqliteAsync(FilePath, default);
        await using var other = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await other.OpenAsync();
        await using var held = await other.BeginTransactionAsync();
        var fault = await Assert.ThrowsAsync<StorageException>(() => AddAsync(database, "late"));
        Assert.Contains("is locked by another program", fault.Message, StringComparison.Ordinal);
        await held.RollbackAsync();
        Assert.Equal(1, await AddAsync(database, "late"));
    }

    [Fact]
    public async Task A_full_disk_is_named_and_costs_nothing_that_was_written()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small disk.");
        var disk = Directory.CreateDirectory(Path.Combine(_temp.Path, "disk")).FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", disk), "A small disk cannot be mounted here.");
        try
        {
            await using var database = await Database.OpenSqliteAsync(Path.Combine(disk, "watchword.db"), default);
            var written = 0;
            var fault = await Assert.ThrowsAsync<StorageException>(async () =>
            {
                for (; written < 10_000; written++)
                    await AddAsync(database, new string('x', 4_000) + written);
            });
            Assert.Contains("disk is full", fault.Message, StringComparison.Ordinal);
            Assert.NotEqual(0, written);
            Assert.Equal(written, Assert.Single(await database.ReadAsync("SELECT COUNT(*) FROM client", row => row.GetInt64(0), default)));
        }
        finally
        {
            // It is busy while somebody else looks through what is mounted.
            await Eventually.IsSoAsync(() => RunAsync("umount", disk));
        }
    }

    [Fact]
    public async Task A_database_that_could_not_be_made_leaves_no_file()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.OpenSqliteAsync(FilePath, cancelled.Token));
        Assert.Empty(Directory.GetFiles(_temp.Path));
    }

    private static Task<int> AddAsync(Database database, string id) => database.WriteAsync(
        transaction => transaction.ExecuteAsync("INSERT INTO client (client_id, disabled, created) VALUES (@id, 0, 0)", ("id", id)), default);

    private async Task RefusedAsync(string says)
    {
        var refusal = await Assert.ThrowsAsync<StorageException>(() => Database.OpenSqliteAsync(FilePath, default));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<object?> RawAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static async Task<bool> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
