// An issuer that cannot start as asked says why in one sentence, exits with 2, and leaves nothing half-made.
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using Watchword.Tests.Cli;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

public sealed class StartRefusalTests
{
    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused_and_the_first_goes_on()
    {
        await using var server = await WatchwordServer.StartAsync();
        (await ServeAsync(server, $"http://127.0.0.1:{FreePort.Next()}")).OneSentence(Sentences.Misuse, server.DataFolder);
        Assert.NotEmpty(await server.RequestTokenAsync(await server.AddCallerAsync()));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_and_another_can_be_taken()
    {
        await using var server = WatchwordServer.Prepare();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        (await ServeAsync(server, url)).OneSentence(Sentences.Misuse, url, "in use", "--url");
        await server.StartAgainAsync();
    }

    [Theory]
    [InlineData("/proc/watchword")]
    [InlineData("/proc/sys/watchword/data")]
    public async Task A_folder_that_cannot_be_made_is_refused(string folder)
    {
        await using var server = WatchwordServer.Prepare();
        var finished = await WatchwordTool.RunAsync(["serve", "--data", folder, "--url", server.Url], server.Variables);
        finished.OneSentence(Sentences.Misuse, folder);
        Assert.False(Path.Exists(folder));
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_refused()
    {
        await using var server = WatchwordServer.Prepare();
        var file = server.Write("watchword", "mine");
        (await ServeAsync(server, server.Url)).OneSentence(Sentences.Misuse, file, "file");
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    public async Task A_folder_that_others_can_reach_is_refused(UnixFileMode others)
    {
        await using var server = WatchwordServer.Prepare();
        Directory.CreateDirectory(server.DataFolder);
        File.SetUnixFileMode(server.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | others);
        (await ServeAsync(server, server.Url)).OneSentence(Sentences.Misuse, server.DataFolder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.DataFolder));
    }

    [Theory]
    [InlineData("billing")]
    [InlineData("https://auth.example?tenant=1")]
    [InlineData("https://auth.example#here")]
    [InlineData("https://auth.example/tenant")]
    [InlineData("https://auth.example/")]
    [InlineData("https://me@auth.example")]
    [InlineData("ftp://auth.example")]
    [InlineData("http://auth.example")]
    [InlineData("")]
    public async Task A_wrong_issuer_is_refused(string issuer)
    {
        await using var server = WatchwordServer.Prepare();
        (await ServeAsync(server, server.Url, "--issuer", issuer)).OneSentence(Sentences.Misuse, "issuer");
        Assert.False(Path.Exists(server.DataFolder));
    }

    [Theory]
    [InlineData("8480")]
    [InlineData("http://0.0.0.0:8480")]
    [InlineData("http://127.0.0.1:8480/path")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("https://127.0.0.1:8480")]
    public async Task A_wrong_address_is_refused(string url)
    {
        await using var server = WatchwordServer.Prepare();
        (await ServeAsync(server, url)).OneSentence(Sentences.Misuse);
        Assert.False(Path.Exists(server.DataFolder));
    }

    [Fact]
    public async Task A_database_from_a_newer_version_is_refused_untouched()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.StopAsync();
        var before = await SetSchemaVersionAsync(server, 9999);
        (await ServeAsync(server, server.Url)).OneSentence(Sentences.Misuse, "newer");
        Assert.Equal(9999, await SetSchemaVersionAsync(server, before));
        await server.StartAgainAsync();
    }

    [Fact]
    public async Task A_master_key_that_does_not_fit_is_refused_and_the_right_one_still_does()
    {
        await using var server = await WatchwordServer.StartAsync();
        await using var other = await WatchwordServer.StartAsync();
        await server.StopAsync();
        var path = Path.Combine(server.DataFolder, "master.key");
        var kept = server.Write("kept.key", "");
        File.Copy(path, kept, overwrite: true);
        File.Copy(Path.Combine(other.DataFolder, "master.key"), path, overwrite: true);
        (await ServeAsync(server, server.Url)).OneSentence(Sentences.Misuse, "master key");
        File.Copy(kept, path, overwrite: true);
        await server.StartAgainAsync();
    }

    [Fact]
    public async Task A_lost_master_key_is_not_replaced()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.StopAsync();
        var path = Path.Combine(server.DataFolder, "master.key");
        File.Delete(path);
        (await ServeAsync(server, server.Url)).OneSentence(Sentences.Misuse, "master key");
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_certificate_that_does_not_fit_its_key_is_refused()
    {
        await using var server = WatchwordServer.Prepare();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var certificateFile = server.Write("auth.pem", certificate.ExportCertificatePem());
        var keyFile = server.Write("auth.key", otherKey.ExportPkcs8PrivateKeyPem());
        var url = server.Url.Replace("http:", "https:", StringComparison.Ordinal);
        (await ServeAsync(server, url, "--tls-cert", certificateFile, "--tls-key", keyFile)).OneSentence(Sentences.Misuse, certificateFile, keyFile);
        Assert.False(Path.Exists(server.DataFolder));
    }

    // A server that starts after all is ended, which shows as an exit code that is not the expected one.
    private static async Task<Finished> ServeAsync(WatchwordServer server, string url, params string[] more)
    {
        await using var process = server.Serve(url, more);
        return await process.WaitForExitAsync();
    }

    // Sets the version that the database says it has, and gives the one it said before.
    private static async Task<long> SetSchemaVersionAsync(WatchwordServer server, long version)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(server.DataFolder, "watchword.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT version FROM schema_version";
        var before = (long)(await command.ExecuteScalarAsync())!;
        command.CommandText = "UPDATE schema_version SET version = $version";
        command.Parameters.AddWithValue("$version", version);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        return before;
    }
}
