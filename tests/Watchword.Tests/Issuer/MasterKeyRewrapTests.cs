// Another master key while the issuer serves: all data keys or none, whatever happens in between, and always a key that opens them.
using System.Security.Cryptography;
using Watchword.Files;
using Watchword.Issuer.Backups;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class MasterKeyRewrapTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Folder => Path.Combine(_temp.Path, "data");

    private string KeyPath => Path.Combine(Folder, "master.key");

    private string NextPath => KeyPath + ".next";

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_new_key_takes_the_place_of_the_former_and_nothing_else_changes()
    {
        var former = await MakeAsync();
        string[] before;
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            before = await RowsAsync(stores);
            var result = await RewrapAsync(stores);
            Assert.Equal(new RewrapResult(KeyPath, 2, 2, IsConfigured: true), result);
            Assert.Equal(before, await RowsAsync(stores));
        }
        Assert.NotEqual(former.MasterKey, await File.ReadAllTextAsync(KeyPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal(["lock", "master.key", "watchword.db"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        await OpensAsync(former.ApiKey);

        await File.WriteAllTextAsync(KeyPath, former.MasterKey);
        await RefusedAsync("does not fit the database");
    }

    [Fact]
    public async Task It_can_be_done_again_and_again_and_by_several_at_once()
    {
        var former = await MakeAsync();
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            using var rewrap = new MasterKeyRewrap(new MasterKeyPlace(stores.Folder, null, stores.Database), stores.Database);
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => rewrap.RunAsync(null, default))));
            Assert.All(results, result => Assert.Equal(2, result.Rewrapped));
        }
        await OpensAsync(former.ApiKey);
    }

    [Fact]
    public async Task It_waits_for_what_needs_the_key_in_force()
    {
        await MakeAsync();
        await using var stores = await IssuerStores.OpenAsync(Folder);
        using var rewrap = new MasterKeyRewrap(new MasterKeyPlace(stores.Folder, null, stores.Database), stores.Database);
        var key = await File.ReadAllTextAsync(KeyPath);
        Task<RewrapResult>? rewrapping = null;
        var backup = Path.Combine(_temp.Path, "backup");
        await rewrap.KeepOutAsync(async () =>
        {
            rewrapping = rewrap.RunAsync(null, default);
            var bytes = await Backup.WriteAsync(stores.Database, backup, default);
            Assert.False(rewrapping.IsCompleted);
            Assert.Equal(key, await File.ReadAllTextAsync(KeyPath));
            return bytes;
        }, default);
        Assert.Equal(2, (await rewrapping!).Rewrapped);
    }

    // What a kill leaves at each cut: under a temporary name, under its own before the rows, after the rows, after the name.
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task A_start_after_a_kill_finds_the_key_that_opens_the_rows(int cut, bool isNew)
    {
        var former = await MakeAsync();
        await LeaveCutAsync(cut);
        await OpensAsync(former.ApiKey);
        Assert.Equal(["lock", "master.key", "watchword.db"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.Equal(isNew, former.MasterKey != await File.ReadAllTextAsync(KeyPath));
        await OpensAsync(former.ApiKey);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_rewrap_finishes_what_one_before_it_left(int cut)
    {
        var former = await MakeAsync();
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            await LeaveCutAsync(cut, stores.Database);
            Assert.Equal(2, (await RewrapAsync(stores)).Rewrapped);
        }
        Assert.False(File.Exists(NextPath));
        await OpensAsync(former.ApiKey);
    }

    [Fact]
    public async Task A_rewrap_that_fails_leaves_the_former_key_in_force()
    {
        var former = await MakeAsync();
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            await stores.ExecuteAsync("CREATE TRIGGER no BEFORE UPDATE ON data_key WHEN OLD.purpose = 'keys' BEGIN SELECT RAISE(FAIL, 'on purpose'); END");
            await Assert.ThrowsAsync<StorageException>(() => RewrapAsync(stores));
            await stores.ExecuteAsync("DROP TRIGGER no");
        }
        Assert.False(File.Exists(NextPath));
        Assert.Equal(former.MasterKey, await File.ReadAllTextAsync(KeyPath));
        await OpensAsync(former.ApiKey);
    }

    [Fact]
    public async Task A_row_that_was_altered_stops_it_and_nothing_is_rewrapped()
    {
        await MakeAsync();
        await using var stores = await IssuerStores.OpenAsync(Folder);
        await stores.ExecuteAsync("UPDATE data_key SET box = 'AAAA' WHERE purpose = 'keys'");
        var boxes = await BoxesAsync(stores.Database);
        var refusal = await Assert.ThrowsAsync<StorageException>(() => RewrapAsync(stores));
        Assert.Contains("'keys.1'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("altered or exchanged", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(boxes, await BoxesAsync(stores.Database));
    }

    [Fact]
    public async Task A_key_in_another_file_is_wrapped_by_once_and_must_then_be_named()
    {
        var former = await MakeAsync();
        var other = WriteKey("other.key");
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            Assert.Equal(new RewrapResult(other, 2, 2, IsConfigured: false), await RewrapAsync(stores, to: other));
            Assert.Equal(new RewrapResult(other, 0, 2, IsConfigured: false), await RewrapAsync(stores, to: other));
        }
        await RefusedAsync("give the one that its data keys were last wrapped with");
        await OpensAsync(former.ApiKey, other);
        Assert.Equal(former.MasterKey, await File.ReadAllTextAsync(KeyPath));
    }

    [Fact]
    public async Task Of_two_configured_keys_either_opens_and_the_first_wraps()
    {
        var former = await MakeAsync();
        var (one, two) = (WriteKey("one.key"), WriteKey("two.key"));
        await using (var stores = await IssuerStores.OpenAsync(Folder))
            await RewrapAsync(stores, to: one);
        await OpensAsync(former.ApiKey, $"{two}{Path.PathSeparator}{one}");
        await OpensAsync(former.ApiKey, $"{one}{Path.PathSeparator}{two}");

        var both = $"{two}{Path.PathSeparator}{one}";
        await using (var database = await Database.OpenSqliteAsync(Path.Combine(Folder, "watchword.db"), default))
        {
            using var folder = DataFolder.Open(Folder);
            using var rewrap = new MasterKeyRewrap(new MasterKeyPlace(folder, both, database), database);
            Assert.Equal(new RewrapResult(two, 2, 2, IsConfigured: true), await rewrap.RunAsync(null, default));
            Assert.Equal(new RewrapResult(two, 0, 2, IsConfigured: true), await rewrap.RunAsync(null, default));
        }
        await OpensAsync(former.ApiKey, two);
        await OpensAsync(former.ApiKey, both);
        Assert.Contains(
            $"'{one}' does not fit", (await Assert.ThrowsAsync<StorageException>(() => OpensAsync(former.ApiKey, one))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_key_or_open_to_others_is_refused()
    {
        await MakeAsync();
        await using var stores = await IssuerStores.OpenAsync(Folder);
        var other = WriteKey("other.key");
        File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        foreach (var (file, says) in new[] { (other, "chmod 600"), (Path.Combine(_temp.Path, "none.key"), "cannot be read"), (Path.Combine(Folder, "watchword.db"), "does not hold one") })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => RewrapAsync(stores, to: file));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_backup_from_before_is_restored_with_the_former_key_and_one_from_after_with_the_new()
    {
        var former = await MakeAsync();
        var formerFile = Path.Combine(_temp.Path, "former.key");
        File.Copy(KeyPath, formerFile);
        var (before, after) = (Path.Combine(_temp.Path, "before.backup"), Path.Combine(_temp.Path, "after.backup"));
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            await Backup.WriteAsync(stores.Database, before, default);
            await RewrapAsync(stores);
            await Backup.WriteAsync(stores.Database, after, default);
        }
        foreach (var (backup, right, wrong) in new[] { (before, formerFile, KeyPath), (after, KeyPath, formerFile) })
        {
            var place = backup + ".data";
            var refusal = await Assert.ThrowsAsync<StorageException>(() => RestoreAsync(backup, place, wrong));
            Assert.Contains("does not fit", refusal.Message, StringComparison.Ordinal);
            await RestoreAsync(backup, place, right);
            await using var restored = await IssuerStores.OpenAsync(place);
            Assert.NotNull((await restored.Authenticator.AuthenticateAsync(former.ApiKey, null, default)).Caller);
            Assert.Equal(2, (await RewrapAsync(restored)).Rewrapped);
        }
    }

    [Fact]
    public async Task A_restore_by_two_configured_keys_needs_only_that_one_fits()
    {
        await MakeAsync();
        var backup = Path.Combine(_temp.Path, "watchword.backup");
        await using (var stores = await IssuerStores.OpenAsync(Folder))
            await Backup.WriteAsync(stores.Database, backup, default);
        await Restore.RunAsync(
            new RestoreRequest { BackupFile = backup, DataFolder = backup + ".data", ExternalMasterKeyFile = $"{WriteKey("new.key")}{Path.PathSeparator}{KeyPath}" }, default);
    }

    [Fact]
    public async Task A_key_left_by_a_kill_goes_aside_with_the_database_that_it_may_open()
    {
        await MakeAsync();
        var backup = Path.Combine(_temp.Path, "watchword.backup");
        await using (var stores = await IssuerStores.OpenAsync(Folder))
            await Backup.WriteAsync(stores.Database, backup, default);
        await LeaveCutAsync(3);
        var aside = (await Restore.RunAsync(new RestoreRequest { BackupFile = backup, DataFolder = Folder, Force = true }, default)).MovedAside!;
        Assert.True(File.Exists(Path.Combine(aside, "master.key.next")));
        Assert.False(File.Exists(NextPath));
        await (await IssuerStores.OpenAsync(Folder)).DisposeAsync();
    }

    private async Task<(ApiKey ApiKey, string MasterKey)> MakeAsync()
    {
        await using var stores = await IssuerStores.OpenAsync(Folder);
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        return (await stores.AddCallerAsync(algorithm: "HS256"), await File.ReadAllTextAsync(KeyPath));
    }

    private static async Task<RewrapResult> RewrapAsync(IssuerStores stores, string? to = null)
    {
        using var rewrap = new MasterKeyRewrap(new MasterKeyPlace(stores.Folder, null, stores.Database), stores.Database);
        return await rewrap.RunAsync(to, default);
    }

    private async Task LeaveCutAsync(int cut)
    {
        await using var database = await Database.OpenSqliteAsync(Path.Combine(Folder, "watchword.db"), default);
        await LeaveCutAsync(cut, database);
    }

    private async Task LeaveCutAsync(int cut, Database database)
    {
        if (cut == 1)
        {
            await File.WriteAllTextAsync(PrivateFile.TemporaryNameFor(NextPath), "half a ke");
            return;
        }
        MasterKey.Create(NextPath);
        if (cut == 2)
            return;
        using var masters = MasterKeys.Read(KeyPath);
        using var next = MasterKey.Read(NextPath);
        await WrappedDataKey.RewrapAsync(database, masters, next, default);
        if (cut == 4)
            PrivateFile.Replace(NextPath, KeyPath);
    }

    // A caller's key and the secret that signs its tokens: what the data keys of both purposes protect.
    private async Task OpensAsync(ApiKey key, string? externalFiles = null)
    {
        if (externalFiles is not null)
        {
            using var folder = DataFolder.Open(Folder);
            await using var database = await Database.OpenSqliteAsync(folder.DatabasePath, default);
            using var masters = await new MasterKeyPlace(folder, externalFiles, database).OpenAsync(default);
            (await DataKeys.OpenAsync(database, masters, TimeProvider.System, default)).Dispose();
            return;
        }
        await using var stores = await IssuerStores.OpenAsync(Folder);
        Assert.NotNull((await stores.Authenticator.AuthenticateAsync(key, null, default)).Caller!.Grants["https://billing"].SharedKey);
        Assert.Equal(2, (await stores.Keys.ReadAsync(revokedToo: false, default)).Count);
    }

    private async Task RefusedAsync(string says) => Assert.Contains(
        says, (await Assert.ThrowsAsync<StorageException>(() => IssuerStores.OpenAsync(Folder))).Message, StringComparison.Ordinal);

    private static Task<RestoreResult> RestoreAsync(string backup, string folder, string masterKey) =>
        Restore.RunAsync(new RestoreRequest { BackupFile = backup, DataFolder = folder, MasterKeyFile = masterKey }, default);

    private string WriteKey(string name)
    {
        var path = Path.Combine(_temp.Path, name);
        PrivateFile.WriteNew(path, System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n"));
        return path;
    }

    private static async Task<string[]> RowsAsync(IssuerStores stores) =>
    [
        .. await stores.Database.ReadAsync(
            """
            SELECT kid || box FROM signing_key UNION ALL SELECT kid || box FROM shared_secret UNION ALL SELECT credential_id || hash FROM credential
            UNION ALL SELECT purpose || version || created FROM data_key
            """,
            row => row.GetString(0), default),
    ];

    private static async Task<string[]> BoxesAsync(Database database) =>
        [.. (await WrappedDataKey.ReadAllAsync(database, default)).Select(row => Convert.ToHexString(row.Box))];
}
