// What keeps `watchword serve` from starting is one sentence and exit code 2, and leaves nothing half-made.
using System.Net;
using System.Net.Sockets;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ServeFaultsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_port_in_use_is_said_so_and_the_folder_is_free_again()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        for (var attempt = 0; attempt < 2; attempt++)
            AssertOneSentence(await ServeAsync("--url", address), $"{address} is in use by another program");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_said_so() =>
        AssertOneSentence(
            await ServeAsync("--url", "http://192.0.2.1:8480", "--issuer", "https://auth.example", "--behind-proxy", "192.0.2.2"),
            "This machine cannot listen on http://192.0.2.1:8480");

    [Theory]
    [InlineData("auth.example")]
    [InlineData("https://auth.example?a=b")]
    [InlineData("https://auth.example#a")]
    [InlineData("http://auth.example")]
    public async Task A_wrong_issuer_is_refused_before_a_folder_is_made(string issuer)
    {
        AssertOneSentence(await ServeAsync("--issuer", issuer), "--issuer: ");
        Assert.False(Directory.Exists(_folder.File("data")));
    }

    [Fact]
    public async Task Half_of_a_certificate_is_refused() =>
        AssertOneSentence(await ServeAsync("--tls-cert", "a.pem"), "--tls-cert and --tls-key go together");

    [Fact]
    public async Task A_folder_that_others_may_write_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(_folder.File("data"));
        File.SetUnixFileMode(_folder.File("data"), (UnixFileMode)0b111_111_111);
        AssertOneSentence(await ServeAsync(), _folder.File("data"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("data")));
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertOneSentence(CliRun run, string sentence)
    {
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private Task<CliRun> ServeAsync(params string[] args) => CliRun.OfAsync(["serve", "--data", _folder.File("data"), .. args]);
}
