// SECURITY.md item 33: what is believed of a key set on disk, and what is written there.
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.Attacks;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class KeyFolderTests : IDisposable
{
    private const string Issuer = "https://issuer.example";
    private const UnixFileMode Mode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Mode700 = Mode600 | UnixFileMode.UserExecute;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(TokenForge.Now);
    private readonly List<string> _faults = [];

    private string Folder => _temp.File("above/keys");

    private string KeysFile => Assert.Single(Directory.GetFiles(Folder));

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_missing_folder_is_made_for_its_owner_alone_and_so_is_the_file()
    {
        var folder = Open();
        Assert.Equal(Mode700, File.GetUnixFileMode(Folder));
        Assert.Null(folder.Read(Issuer, Day, _clock));
        Assert.Empty(_faults);
        await WriteAsync(folder, Set("a"));
        Assert.Equal(Mode600, File.GetUnixFileMode(KeysFile));
        Assert.Equal(Set("a"), Encoding.UTF8.GetString(folder.Read(Issuer, Day, _clock)!.Document));
        Assert.Equal(
            [Issuer, $"{TokenForge.Now:yyyy-MM-dd'T'HH:mm:ss'Z'}"], (await File.ReadAllLinesAsync(KeysFile, TestContext.Current.CancellationToken))[1..3]);
        Assert.Empty(_faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/proc/watchword/keys")]
    [InlineData("/dev/null")]
    [InlineData("a\0b")]
    public void A_folder_that_cannot_be_is_refused_with_a_sentence(string path) =>
        Assert.EndsWith(".", Assert.ThrowsAny<ArgumentException>(() => new KeyFolder(path)).Message.Split(" (Parameter")[0], StringComparison.Ordinal);

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public async Task What_others_can_reach_is_not_believed(UnixFileMode others)
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        if (others != UnixFileMode.OtherExecute)
        {
            File.SetUnixFileMode(KeysFile, Mode600 | others);
            IsNotRead(folder, $"chmod 600 '{KeysFile}'");
            File.SetUnixFileMode(KeysFile, Mode600);
        }
        File.SetUnixFileMode(Folder, Mode700 | others);
        IsNotRead(folder, $"chmod 700 '{Folder}'");
        await WriteAsync(folder, Set("b"));
        Assert.Contains($"chmod 700 '{Folder}'", _faults[^1], StringComparison.Ordinal);
        Assert.Contains($"chmod 700 '{Folder}'", Assert.Throws<ArgumentException>(() => new KeyFolder(Folder)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(Folder, Mode700);
        Assert.Equal(Set("a"), Encoding.UTF8.GetString(folder.Read(Issuer, Day, _clock)!.Document));
    }

    [Fact]
    public async Task What_belongs_to_another_user_is_not_believed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file away.");
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        await GiveAwayAsync(KeysFile);
        IsNotRead(folder, "belongs to user 65534");
        await GiveAwayAsync(Folder);
        IsNotRead(folder, $"'{Folder}' belongs to user 65534");
        Assert.Contains("belongs to user 65534", Assert.Throws<ArgumentException>(() => new KeyFolder(Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_torn_or_altered_file_is_not_used_wherever_it_was_torn()
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        var file = KeysFile;
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        for (var i = 0; i < whole.Length; i++)
        {
            await File.WriteAllBytesAsync(file, whole[..i], TestContext.Current.CancellationToken);
            IsNotRead(folder, "damaged");
            var altered = (byte[])whole.Clone();
            altered[i] ^= 1;
            await File.WriteAllBytesAsync(file, altered, TestContext.Current.CancellationToken);
            IsNotRead(folder, "damaged");
        }
        await File.WriteAllBytesAsync(file, [.. whole, (byte)' '], TestContext.Current.CancellationToken);
        IsNotRead(folder, "damaged");
        await WriteAsync(folder, Set("a"));
        Assert.NotNull(folder.Read(Issuer, Day, _clock));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(2 * 1024 * 1024)]
    public async Task A_file_of_something_else_is_not_used(int length)
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        await File.WriteAllBytesAsync(KeysFile, new byte[length], TestContext.Current.CancellationToken);
        IsNotRead(folder, "damaged");
    }

    [Fact]
    public async Task The_file_of_one_issuer_is_not_believed_for_another()
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        var mine = KeysFile;
        await WriteAsync(folder, Set("b"), issuer: "https://other.example");
        var others = Directory.GetFiles(Folder).Single(file => file != mine);
        File.Copy(others, mine, overwrite: true);
        IsNotRead(folder, "that of another issuer");
        Assert.Equal(Set("b"), Encoding.UTF8.GetString(folder.Read("https://other.example", Day, _clock)!.Document));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(3600, false)]
    [InlineData(-86_400, true)]
    [InlineData(-86_401, false)]
    public async Task Keys_from_the_future_and_from_too_long_ago_are_not_used(int seconds, bool used)
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"), TimeSpan.FromSeconds(seconds));
        Assert.Equal(used, folder.Read(Issuer, Day, _clock) is not null);
        Assert.Equal(used ? 0 : 1, _faults.Count);
        // Neither keeps newer ones from being written.
        await WriteAsync(folder, Set("b"), TimeSpan.FromSeconds(Math.Min(30, Math.Max(0, seconds))));
        Assert.Equal(Set("b"), Encoding.UTF8.GetString(folder.Read(Issuer, Day, _clock)!.Document));
    }

    [Fact]
    public async Task The_time_of_unchanged_keys_is_written_now_and_then_and_changed_keys_at_once()
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        foreach (var (minutes, document, written) in new[] { (10, "a", 0), (50, "a", 0), (60, "a", 60), (61, "b", 61), (62, "a", 62) })
        {
            await WriteAsync(folder, Set(document), TimeSpan.FromMinutes(minutes), now: TimeSpan.FromMinutes(minutes));
            Assert.Equal(TokenForge.Now.AddMinutes(written), Stamp(folder));
        }
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task What_another_process_fetched_later_is_not_replaced_by_what_was_fetched_before()
    {
        var folder = Open();
        await WriteAsync(Open(), Set("b"), TimeSpan.FromSeconds(20));
        await WriteAsync(folder, Set("a", "b"), TimeSpan.FromSeconds(10));
        Assert.Equal(Set("b"), Encoding.UTF8.GetString(folder.Read(Issuer, Day, _clock)!.Document));
    }

    [Fact]
    public async Task A_key_that_left_the_set_does_not_stay_on_disk_though_the_new_set_cannot_be_written()
    {
        var folder = Open();
        await WriteAsync(folder, Set("a", "b"));
        await WriteAsync(folder, TooLarge("a", "b", "c"), TimeSpan.FromSeconds(1));
        Assert.Contains("cannot be written", Assert.Single(_faults), StringComparison.Ordinal);
        Assert.Equal(Set("a", "b"), Encoding.UTF8.GetString(folder.Read(Issuer, Day, _clock)!.Document));
        await WriteAsync(folder, TooLarge("b"), TimeSpan.FromSeconds(2));
        Assert.Null(folder.Read(Issuer, Day, _clock));
        Assert.Equal(2, _faults.Count);
    }

    [Fact]
    public async Task What_a_killed_writer_left_behind_is_removed_once_nobody_can_be_writing_it()
    {
        var folder = Open();
        await WriteAsync(folder, Set("a"));
        var (old, young) = ($"{KeysFile}.{Guid.NewGuid():N}.tmp", $"{KeysFile}.{Guid.NewGuid():N}.tmp");
        string[] leftovers = [old, young, $"{KeysFile}.old.tmp", _temp.File("above/keys/other.tmp")];
        foreach (var leftover in leftovers)
        {
            await File.WriteAllTextAsync(leftover, "", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(leftover, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(leftover == young ? -59 : -61));
        }
        await WriteAsync(folder, Set("b"));
        Assert.Equal([false, true, true, true], leftovers.Select(File.Exists));
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_a_fault_that_is_told_and_a_listener_that_throws_does_no_harm()
    {
        var folder = Open();
        Directory.Delete(Folder);
        await WriteAsync(folder, Set("a"));
        Assert.Contains(Issuer, Assert.Single(_faults), StringComparison.Ordinal);
        Assert.Null(folder.Read(Issuer, Day, _clock));
        Assert.Equal(2, _faults.Count);
        var loud = new KeyFolder(_temp.File("loud")) { OnFault = _ => throw new InvalidOperationException("loud") };
        Directory.Delete(_temp.File("loud"));
        await WriteAsync(loud, Set("a"));
        Assert.Null(loud.Read(Issuer, Day, _clock));
    }

    private KeyFolder Open() => new(Folder) { OnFault = _faults.Add };

    private void IsNotRead(KeyFolder folder, string reason)
    {
        Assert.Null(folder.Read(Issuer, Day, _clock));
        Assert.Contains(reason, _faults[^1], StringComparison.Ordinal);
        Assert.EndsWith(".", _faults[^1], StringComparison.Ordinal);
    }

    private DateTimeOffset Stamp(KeyFolder folder) => folder.Read(Issuer, Day, _clock)!.Fetched;

    private Task WriteAsync(KeyFolder folder, string document, TimeSpan fetched = default, TimeSpan now = default, string issuer = Issuer)
    {
        var clock = now == default ? _clock : new FakeTimeProvider(TokenForge.Now + now);
        _clock.SetUtcNow(clock.GetUtcNow());
        return folder.WriteLater(new KeptKeySet(issuer, TokenForge.Now + fetched, Encoding.UTF8.GetBytes(document)), TimeSpan.FromHours(1), clock);
    }

    private static string Set(params string[] kids) => $"{{\"keys\":[{string.Join(',', kids.Select(kid => TokenForge.EcJwk(kid)))}]}}";

    private static string TooLarge(params string[] kids) => Set(kids) + new string(' ', 1024 * 1025);

    private static async Task GiveAwayAsync(string path)
    {
        using var chown = Process.Start("chown", ["65534", path]);
        await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, chown.ExitCode);
    }
}
