// What keeps `watchword serve` from listening is one sentence and exit code 2.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ServeFaultsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task An_address_of_another_machine_is_said_so() =>
        AssertOneSentence(
            await ServeAsync("--url", "http://192.0.2.1:8480", "--issuer", "https://auth.example", "--behind-proxy", "192.0.2.2"),
            "This machine cannot listen on http://192.0.2.1:8480");

    [Fact]
    public async Task Half_of_a_certificate_is_refused_before_a_folder_is_made()
    {
        AssertOneSentence(await ServeAsync("--tls-cert", "a.pem"), "--tls-cert and --tls-key go together");
        Assert.False(Directory.Exists(_folder.File("data")));
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
