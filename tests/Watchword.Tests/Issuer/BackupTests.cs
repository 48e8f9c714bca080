// Backup and restore: what comes back is what was there, and nothing is put in place that was not checked.
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Backups;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

public sealed class BackupTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Folder => Path.Combine(_temp.Path, "data");

    private string Other => Path.Combine(_temp.Path, "other");

    private string BackupFile => Path.Combine(_temp.Path, "watchword.backup");

    private string MasterKeyFile => Path.Combine(Folder, "master.key");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task What_is_restored_is_what_was_backed_up()
    {
        string keyId;
        Watchword.Issuer.Clients.ApiKey key;
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            keyId = (await stores.EnsureKeysAsync(SignatureAlgorithm.ES256))[0].KeyId;
            key = await stores.AddCallerAsync(algorithm: "HS256");
            await stores.Encryptions.SetAsync("https://billing", EncryptionRules.Check(null, "https://billing/keys", "A128GCM"), default);
            Assert.Equal(await Backup.WriteAsync(stores.Database, BackupFile, default), new FileInfo(BackupFile).Length);
            await stores.Clients.DeleteAsync("orders", default);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BackupFile));
        Assert.Equal(["data", "watchword.backup"], Directory.GetFileSystemEntries(_temp.Path).Select(Path.GetFileName).Order());

        var result = await Restore.RunAsync(new RestoreRequest { BackupFile = BackupFile, DataFolder = Other, MasterKeyFile = MasterKeyFile }, default);
        Assert.Equal(new RestoreResult(Other, null), result);
        Assert.Equal(["lock", "master.key", "watchword.db"], Directory.GetFiles(Other).Select(Path.GetFileName).Order());
        await using var restored = await IssuerStores.OpenAsync(Other);
        Assert.Equal(keyId, (await restored.Keys.ReadAsync(revokedToo: false, default))[0].KeyId);
        var grant = (await restored.Authenticator.AuthenticateAsync(key, null, default)).Caller!.Grants["https://billing"];
        Assert.NotNull(grant.SharedKey);
        Assert.Equal(new ResourceEncryption(null, "https://billing/keys", ContentEncryption.A128Gcm), grant.Encryption);
    }

    [Fact]
    public async Task A_backup_is_consistent_while_others_write()
    {
        await using var stores = await IssuerStores.OpenAsync(Folder);
        using var stop = new CancellationTokenSource();
        var made = 0;
        var writing = Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref made))
                await stores.Clients.CreateAsync($"client-{made}", null, null, default);
        });
        for (var i = 0; i < 5; i++)
        {
            // Two more than were counted: one may have been written and not counted yet.
            var before = Volatile.Read(ref made);
            await FetchingTarget.UntilAsync(() => writing.IsCompleted || Volatile.Read(ref made) >= before + 2);
            await Backup.WriteAsync(stores.Database, $"{BackupFile}.{i}", default);
        }
        await stop.CancelAsync();
        await writing;
        var clients = 0L;
        for (var i = 0; i < 5; i++)
        {
            await using var connection = new SqliteConnection($"Data Source={BackupFile}.{i};Pooling=False;Mode=ReadOnly");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT (SELECT COUNT(*) FROM client) - (SELECT COUNT(*) FROM credential)";
            Assert.Equal(0L, await command.ExecuteScalarAsync());
            command.CommandText = "SELECT COUNT(*) FROM client";
            var counted = (long)(await command.ExecuteScalarAsync())!;
            Assert.True(counted > clients, $"copy {i} has {counted} clients, the one before {clients}");
            clients = counted;
        }
    }

    [Fact]
    public async Task A_backup_is_never_written_over_anything()
    {
        await using var stores = await IssuerStores.OpenAsync(Folder);
        await File.WriteAllTextAsync(BackupFile, "mine");
        foreach (var (file, refusal) in new[]
        {
            (BackupFile, Refusal.AlreadyExists),
            (_temp.Path, Refusal.AlreadyExists),
            ("watchword.backup", Refusal.Invalid),
            (Path.Combine(_temp.Path, "no", "folder"), Refusal.Invalid),
        })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => Backup.WriteAsync(stores.Database, file, default));
            Assert.Equal(refusal, refused.Refusal);
        }
        Assert.Equal("mine", await File.ReadAllTextAsync(BackupFile));
        Assert.Equal(2, Directory.GetFileSystemEntries(_temp.Path).Length);
    }

    [Fact]
    public async Task A_backup_needs_the_master_key_it_was_made_with()
    {
        await MakeBackupAsync();
        await (await IssuerStores.OpenAsync(Other)).DisposeAsync();
        var third = Path.Combine(_temp.Path, "third");
        await RefusedAsync("does not fit", () => RestoreAsync(third, Path.Combine(Other, "master.key")));
        await RefusedAsync("does not exist", () => RestoreAsync(third, Path.Combine(third, "no.key")));
        await RefusedAsync("does not exist", () => RestoreAsync(third, null));
        Assert.False(Directory.Exists(third));
    }

    [Fact]
    public async Task The_master_key_may_stay_outside_or_be_there_already()
    {
        await MakeBackupAsync();
        await Restore.RunAsync(new RestoreRequest { BackupFile = BackupFile, DataFolder = Other, ExternalMasterKeyFile = MasterKeyFile }, default);
        Assert.False(File.Exists(Path.Combine(Other, "master.key")));

        File.Delete(Path.Combine(Other, "watchword.db"));
        File.Copy(MasterKeyFile, Path.Combine(Other, "master.key"));
        await RestoreAsync(Other, null);
        await (await IssuerStores.OpenAsync(Other)).DisposeAsync();
    }

    [Fact]
    public async Task A_folder_with_a_database_is_refused_or_on_request_moved_aside()
    {
        await MakeBackupAsync();
        await using (var stores = await IssuerStores.OpenAsync(Other))
            await stores.Clients.CreateAsync("former", null, null, default);
        await RefusedAsync("is not empty", () => RestoreAsync(Other, MasterKeyFile));
        Assert.Equal(["former"], await ClientsAsync(Other));

        var former = await File.ReadAllTextAsync(Path.Combine(Other, "master.key"));
        var aside = (await RestoreAsync(Other, MasterKeyFile, force: true)).MovedAside!;
        Assert.Equal(Path.Combine(Other, "replaced-1"), aside);
        Assert.Equal(former, await File.ReadAllTextAsync(Path.Combine(aside, "master.key")));
        Assert.Equal(["former"], await ClientsAsync(aside));
        Assert.Equal(["orders"], await ClientsAsync(Other));
        Assert.EndsWith("replaced-2", (await RestoreAsync(Other, MasterKeyFile, force: true)).MovedAside, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_fails_at_the_end_puts_back_what_it_moved()
    {
        await MakeBackupAsync();
        await Restore.RunAsync(new RestoreRequest { BackupFile = BackupFile, DataFolder = Other, ExternalMasterKeyFile = MasterKeyFile }, default);
        var former = await File.ReadAllBytesAsync(Path.Combine(Other, "watchword.db"));
        // A folder in the key's place: nothing is seen of it before the key is written.
        Directory.CreateDirectory(Path.Combine(Other, "master.key"));
        await RefusedAsync("cannot be restored", () => RestoreAsync(Other, MasterKeyFile, force: true));
        Assert.Equal(former, await File.ReadAllBytesAsync(Path.Combine(Other, "watchword.db")));
        Assert.Equal(["lock", "master.key", "watchword.db"], Directory.GetFileSystemEntries(Other).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task An_issuer_does_not_begin_anew_where_a_restore_was_killed_halfway()
    {
        await MakeBackupAsync();
        await RestoreAsync(Other, MasterKeyFile);
        var aside = Directory.CreateDirectory(Path.Combine(Other, "replaced-1")).FullName;
        File.Move(Path.Combine(Other, "watchword.db"), Path.Combine(aside, "watchword.db"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWatchwordIssuer(options => (options.Issuer, options.DataFolder) = ("http://127.0.0.1:1", Other));
        await using var app = builder.Build();
        await RefusedAsync("restore again with --force", () => app.StartAsync());
        Assert.False(File.Exists(Path.Combine(Other, "watchword.db")));
        await RestoreAsync(Other, MasterKeyFile, force: true);
        Assert.Equal(["orders"], await ClientsAsync(Other));
    }

    [Fact]
    public async Task A_folder_in_use_is_refused()
    {
        await MakeBackupAsync();
        await using var stores = await IssuerStores.OpenAsync(Other);
        await RefusedAsync("another server", () => RestoreAsync(Other, MasterKeyFile, force: true));
    }

    [Fact]
    public async Task What_is_no_backup_is_refused_and_leaves_nothing()
    {
        await MakeBackupAsync();
        var bytes = await File.ReadAllBytesAsync(BackupFile);
        await CheckAsync([], "not a backup");
        await CheckAsync([.. Enumerable.Repeat((byte)'x', 9_000)], "not a backup");
        await CheckAsync(bytes[..(bytes.Length / 2)], "damaged");
        var torn = bytes.ToArray();
        torn.AsSpan(bytes.Length - 8192).Fill(0x5A);
        await CheckAsync(torn, "damaged");
        File.Delete(BackupFile);
        await RefusedAsync("does not exist", () => RestoreAsync(Other, MasterKeyFile));

        async Task CheckAsync(byte[] content, string says)
        {
            await File.WriteAllBytesAsync(BackupFile, content);
            await RefusedAsync(says, () => RestoreAsync(Other, MasterKeyFile));
            Assert.False(Directory.Exists(Other));
        }
    }

    [Fact]
    public async Task A_backup_of_a_newer_version_is_refused()
    {
        await MakeBackupAsync("UPDATE schema_version SET version = 7");
        var message = await RefusedAsync("run the newer watchword", () => RestoreAsync(Other, MasterKeyFile));
        Assert.Contains(BackupFile, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Other));
    }

    private async Task MakeBackupAsync(string? sql = null)
    {
        await using var stores = await IssuerStores.OpenAsync(Folder);
        await stores.AddCallerAsync();
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        if (sql is not null)
            await stores.ExecuteAsync(sql);
        await Backup.WriteAsync(stores.Database, BackupFile, default);
    }

    private Task<RestoreResult> RestoreAsync(string folder, string? masterKey, bool force = false) => Restore.RunAsync(
        new RestoreRequest { BackupFile = BackupFile, DataFolder = folder, MasterKeyFile = masterKey, Force = force }, default);

    private static async Task<List<string>> ClientsAsync(string folder)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "watchword.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT client_id FROM client";
        await using var reader = await command.ExecuteReaderAsync();
        var clients = new List<string>();
        while (await reader.ReadAsync())
            clients.Add(reader.GetString(0));
        return clients;
    }

    private static async Task<string> RefusedAsync(string says, Func<Task> act)
    {
        var message = (await Assert.ThrowsAsync<StorageException>(act)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        return message;
    }
}
