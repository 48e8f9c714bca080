// What a server leaves on the disk, and how it stops.
using System.Net;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ServedTests
{
    private const UnixFileMode OfOthers = (UnixFileMode)0b111_111;

    [Fact]
    public async Task Serving_writes_nothing_outside_its_folder()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.RequestTokenAsync(await server.AddCallerAsync());
        await server.StopAsync();
        Assert.Equal(["orders.key", "watchword"], Directory.EnumerateFileSystemEntries(server.Home).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task What_it_writes_is_open_to_nobody_else()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.RequestTokenAsync(await server.AddCallerAsync());
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(server.DataFolder) & OfOthers);
        foreach (var file in Directory.EnumerateFiles(server.DataFolder))
        {
            Assert.True((File.GetUnixFileMode(file) & OfOthers) == UnixFileMode.None, $"{file} is open to others.");
        }
    }

    [Fact]
    public async Task No_secret_is_on_the_disk_in_the_clear_or_in_the_log()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var shared = (await server.JsonAsync("resource", "create", "https://legacy", "--scope", "read", "--algorithm", "HS256"))
            .GetProperty("shared_secret").GetString()!;
        var token = await server.RequestTokenAsync(caller);
        await server.StopAsync();
        string[] secrets = [caller.ApiKey.Split('_')[2], shared.Split('_')[2], token.Split('.')[2]];
        foreach (var file in Directory.EnumerateFiles(server.DataFolder))
        {
            var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.All(secrets, s => Assert.DoesNotContain(s, text, StringComparison.Ordinal));
        }

        Assert.All(secrets, s => Assert.DoesNotContain(s, server.Process!.Output + server.Process.Errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_stops_when_told_to_and_starts_again()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        await server.StopAsync();
        Assert.False(Path.Exists(Path.Combine(server.DataFolder, "admin.sock")));
        await server.StartAgainAsync();
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
        using var live = await server.Http.GetAsync(new Uri(server.Url + "/healthz/live"));
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task The_published_folder_runs_alone_elsewhere()
    {
        Assert.SkipUnless(WatchwordTool.PublishedFolder is not null, "The tool was not published natively (WATCHWORD_CLI is not set).");
        using var elsewhere = new TempFolder();
        var published = Directory.EnumerateFiles(WatchwordTool.PublishedFolder!).ToList();
        Assert.Equal(["libe_sqlite3.so", "libsodium.so", "watchword"], published.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in published)
        {
            File.Copy(file, Path.Combine(elsewhere.Path, Path.GetFileName(file)));
        }

        var tool = Path.Combine(elsewhere.Path, "watchword");
        var nothing = new Dictionary<string, string?> { ["PATH"] = "", ["DOTNET_ROOT"] = null, ["HOME"] = elsewhere.Path, ["XDG_DATA_HOME"] = null };
        var version = await RunningProcess.RunAsync(tool, ["--version"], nothing, elsewhere.Path);
        Assert.True(version.ExitCode == 0, version.ToString());

        var url = $"http://127.0.0.1:{FreePort.Next()}";
        await using var server = RunningProcess.Start(tool, ["serve", "--url", url], nothing, elsewhere.Path);
        await server.WaitForLineAsync(line => line.Contains(url, StringComparison.Ordinal));
        var listed = await RunningProcess.RunAsync(tool, ["client", "list", "--output", "json"], nothing, elsewhere.Path);
        Assert.True(listed.ExitCode == 0, listed.ToString());
        Assert.True(File.Exists(Path.Combine(elsewhere.Path, ".local", "share", "watchword", "watchword.db")));
    }

    [Theory]
    [InlineData()]
    [InlineData("serve")]
    [InlineData("resource")]
    [InlineData("resource", "create")]
    [InlineData("resource", "encryption")]
    [InlineData("resource", "encryption", "set")]
    [InlineData("resource", "encryption", "clear")]
    [InlineData("key")]
    [InlineData("resource", "secret")]
    [InlineData("resource", "secret", "add")]
    [InlineData("resource", "secret", "activate")]
    [InlineData("resource", "secret", "revoke")]
    [InlineData("key", "generate")]
    [InlineData("key", "list")]
    [InlineData("key", "rotate")]
    [InlineData("key", "revoke")]
    [InlineData("key", "rewrap")]
    [InlineData("client", "create")]
    [InlineData("credential", "add")]
    [InlineData("credential", "revoke")]
    [InlineData("grant", "add")]
    [InlineData("token", "request")]
    [InlineData("token", "verify")]
    [InlineData("token", "inspect")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("doctor")]
    public async Task Help_is_worth_reading(params string[] command)
    {
        await using var server = WatchwordServer.Prepare();
        var help = await server.RunCliAsync([.. command, "--help"]);
        Assert.True(help.ExitCode == 0, help.ToString());
        Assert.Empty(help.Errors);
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        Assert.Contains("Example", help.Output, StringComparison.Ordinal);
        Assert.Contains($"watchword {string.Join(' ', command)}".TrimEnd(), help.Output, StringComparison.Ordinal);
    }
}
