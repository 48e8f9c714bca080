// The README's first command, as a process: the whole way once, and the three refusals.
using System.Text.RegularExpressions;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

public sealed partial class QuickstartTests
{
    // Each is a whole story: an issuer, targets and callers that start one after the other.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    [Fact]
    public async Task Quickstart_walks_the_whole_way_and_shows_three_refusals()
    {
        using var home = new TempFolder();
        await using var quickstart = SampleProcess.Start("Quickstart", At(home), "--once");
        var finished = await quickstart.WaitForExitAsync(Patience);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.All(
            new[] { RejectionCode.BadSignature, RejectionCode.Expired, RejectionCode.WrongAudience, "ES256", "HS256" },
            word => Assert.Contains(word, finished.Output, StringComparison.Ordinal));
        Assert.DoesNotMatch(UsableSecret(), finished.Output + finished.Errors);
        AssertNothingLeft(home);
    }

    [Fact]
    public async Task Quickstart_stays_up_until_it_is_told_to_stop()
    {
        using var home = new TempFolder();
        await using var quickstart = SampleProcess.Start("Quickstart", At(home));
        await quickstart.WaitForLineAsync(
            line => line.Contains("curl", StringComparison.OrdinalIgnoreCase) || line.Contains("Ctrl", StringComparison.OrdinalIgnoreCase), Patience);
        Assert.False(quickstart.HasExited);
        quickstart.Terminate();
        Assert.Equal(0, (await quickstart.WaitForExitAsync()).ExitCode);
        AssertNothingLeft(home);
    }

    // The runtime itself leaves pipes for debuggers among temporary files, unless told not to.
    private static Dictionary<string, string?> At(TempFolder home) => new()
    {
        ["HOME"] = home.Path,
        ["XDG_DATA_HOME"] = home.Path,
        ["TMPDIR"] = home.Path,
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    // ASP.NET Core's authentication keeps data protection keys in the home folder of every application that uses it.
    private static void AssertNothingLeft(TempFolder home) =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(home.Path), entry => Path.GetFileName(entry) != ".aspnet");

    // A whole API key, shared secret or signed token.
    [GeneratedRegex("wwk_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}|wws_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}|eyJ[\\w-]+\\.eyJ[\\w-]+\\.[\\w-]{20,}")]
    private static partial Regex UsableSecret();
}
