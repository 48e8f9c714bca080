// The master key: made once, private, never replaced, and the wrong one is told from the right one.
using System.Security.Cryptography;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class MasterKeyTests : IDisposable
{
    private const UnixFileMode Mode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TempFolder _temp = new();

    private string Folder => Path.Combine(_temp.Path, "data");

    private string KeyPath => Path.Combine(Folder, "master.key");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task It_is_made_on_the_first_start_and_stays()
    {
        await StartAsync();
        var made = await File.ReadAllTextAsync(KeyPath);
        Assert.Equal(Mode600, File.GetUnixFileMode(KeyPath));
        Assert.Equal(44, made.Length);
        await StartAsync();
        Assert.Equal(made, await File.ReadAllTextAsync(KeyPath));
        Assert.Equal(["lock", "master.key", "watchword.db"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_lost_one_is_not_replaced()
    {
        await StartAsync();
        File.Delete(KeyPath);
        await RefusedAsync("is missing");
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public async Task One_that_does_not_fit_is_refused_and_the_right_one_still_fits()
    {
        await StartAsync();
        var right = await File.ReadAllBytesAsync(KeyPath);
        await File.WriteAllTextAsync(KeyPath, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await RefusedAsync("does not fit the database");
        await File.WriteAllBytesAsync(KeyPath, right);
        await StartAsync();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserExecute)]
    public async Task One_that_others_can_reach_is_refused(UnixFileMode more)
    {
        await StartAsync();
        File.SetUnixFileMode(KeyPath, Mode600 | more);
        await RefusedAsync($"chmod 600 '{KeyPath}'");
    }

    [Fact]
    public async Task One_that_is_read_only_is_fine()
    {
        await StartAsync();
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead);
        await StartAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA")]
    public async Task One_that_is_malformed_is_refused_before_anything_is_wrapped(string text)
    {
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(KeyPath, text);
        File.SetUnixFileMode(KeyPath, Mode600);
        await RefusedAsync("32 bytes in base64url were expected");
        Assert.Equal(text, await File.ReadAllTextAsync(KeyPath));
    }

    [Fact]
    public async Task One_that_is_kept_elsewhere_is_used_and_never_made()
    {
        var external = Path.Combine(_temp.Path, "elsewhere.key");
        using var folder = DataFolder.Open(Folder);
        await using var database = await Database.OpenSqliteAsync(folder.DatabasePath, default);
        var place = new MasterKeyPlace(folder, external, database);
        var refusal = await Assert.ThrowsAsync<StorageException>(() => place.OpenAsync(default));
        Assert.Contains("WATCHWORD_MASTER_KEY_FILE does not exist", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(external));

        // As `openssl rand -base64 32` prints it.
        await File.WriteAllTextAsync(external, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        File.SetUnixFileMode(external, Mode600);
        using var keys = await place.OpenAsync(default);
        (await DataKeys.OpenAsync(database, keys, TimeProvider.System, default)).Dispose();
        Assert.False(File.Exists(KeyPath));
    }

    [Theory]
    [InlineData("UPDATE data_key SET version = 2", "does not fit")]
    [InlineData("UPDATE data_key SET box = 'AAAA'", "does not fit")]
    [InlineData("UPDATE data_key SET box = (SELECT box FROM data_key WHERE purpose = 'keys') WHERE purpose = 'api-keys'", "'api-keys.1' in the database")]
    [InlineData("UPDATE data_key SET box = 'AAAA' WHERE purpose = 'keys'", "'keys.1' in the database")]
    [InlineData("UPDATE data_key SET box = SUBSTR(box, 1, 32) WHERE purpose = 'keys'", "its row was altered or exchanged; restore")]
    [InlineData("UPDATE data_key SET box = '*'", "damaged value in column 'box'")]
    [InlineData("UPDATE data_key SET purpose = 'other' WHERE purpose = 'keys'", "'other.1' in the database")]
    [InlineData("DELETE FROM data_key WHERE purpose = 'api-keys'", "lost its data key 'api-keys'")]
    [InlineData("DELETE FROM data_key", "lost its data key 'api-keys'")]
    public async Task A_data_key_that_was_moved_altered_or_removed_is_refused_and_not_made_anew(string sabotage, string says)
    {
        long rows;
        await using (var stores = await IssuerStores.OpenAsync(Folder))
        {
            await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
            await stores.ExecuteAsync(sabotage);
            rows = await stores.CountAsync("SELECT COUNT(*) FROM data_key");
        }
        await RefusedAsync(says);
        await using var database = await Database.OpenSqliteAsync(Path.Combine(Folder, "watchword.db"), default);
        Assert.Equal([rows], await database.ReadAsync("SELECT COUNT(*) FROM data_key", row => row.GetInt64(0), default));
    }

    private async Task StartAsync() => await (await IssuerStores.OpenAsync(Folder)).DisposeAsync();

    private async Task RefusedAsync(string says) => Assert.Contains(
        says, (await Assert.ThrowsAsync<StorageException>(() => IssuerStores.OpenAsync(Folder))).Message, StringComparison.Ordinal);
}
