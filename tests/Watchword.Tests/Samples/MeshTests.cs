// Five services, each its own issuer, as a process: who calls whom and who vouched, what is refused, and the picture of it.
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

public sealed partial class MeshTests
{
    private static readonly string[] Services = ["storefront", "orders", "billing", "shipping", "stock"];
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task Mesh_shows_each_call_with_who_vouched_and_draws_who_trusts_whom()
    {
        using var home = new TempFolder();
        using var elsewhere = new TempFolder();
        var picture = elsewhere.File("mesh.svg");
        await using var mesh = SampleProcess.Start("Mesh", At(home), "--once", "--svg", picture);
        var finished = await mesh.WaitForExitAsync();
        Assert.True(finished.ExitCode == 0, finished.ToString());

        var calls = CallLine().Matches(finished.Output);
        Assert.Equal(Services.Order(), calls.Select(call => call.Groups["caller"].Value).Distinct().Order());
        Assert.Equal(Services.Order(), calls.Select(call => call.Groups["callee"].Value).Distinct().Order());
        var names = calls.GroupBy(call => call.Groups["caller"].Value, call => (Issuer: call.Groups["issuer"].Value, Key: call.Groups["key"].Value));
        Assert.All(names, name => Assert.Single(name.Distinct()));
        Assert.Equal(Services.Length, names.SelectMany(name => name).Distinct().Count());
        Assert.All(new[] { RejectionCode.UnknownIssuer, RejectionCode.ClientNotAllowed }, code =>
            Assert.Contains($"error_description=\"{code}:", finished.Output, StringComparison.Ordinal));
        Assert.Contains("    expected: no scopes but orders:write stock:read", finished.Output, StringComparison.Ordinal);
        Assert.Contains("    got: scope stock:write", finished.Output, StringComparison.Ordinal);
        Assert.Contains("    mend: ", finished.Output, StringComparison.Ordinal);

        var drawn = XDocument.Load(picture).Root!;
        Assert.Equal(Svg + "svg", drawn.Name);
        var texts = drawn.Descendants(Svg + "text").Select(text => text.Value).ToArray();
        Assert.All(Services, name => Assert.Contains(name, texts));
        Assert.Equal(8, drawn.Descendants(Svg + "path").Count(path => path.Attribute("marker-end") is not null));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    [Fact]
    public async Task Mesh_stays_up_until_it_is_told_to_stop_and_leaves_nothing_behind()
    {
        using var home = new TempFolder();
        await using var mesh = SampleProcess.Start("Mesh", At(home));
        var line = await mesh.WaitForLineAsync(line => line.Contains("the keys that orders publishes", StringComparison.Ordinal));
        using var http = new HttpClient();
        Assert.Contains("\"keys\"", await http.GetStringAsync(new Uri(KeySetUrl().Match(line).Value)), StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(home.Path, "mesh.svg", SearchOption.AllDirectories));
        mesh.Terminate();
        Assert.Equal(0, (await mesh.WaitForExitAsync()).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
    }

    // The runtime itself leaves pipes for debuggers among temporary files, unless told not to.
    private static Dictionary<string, string?> At(TempFolder home) => new() { ["HOME"] = home.Path, ["TMPDIR"] = home.Path, ["DOTNET_EnableDiagnostics"] = "0" };

    [GeneratedRegex(@"^ +(?<caller>\w+) +-> (?<callee>\w+) +\w+ /\w+ +200  vouched for by (?<issuer>http://127\.0\.0\.1:\d+) \(itself\), scope \w+:\w+, key (?<key>[\w-]{43})\r?$", RegexOptions.Multiline)]
    private static partial Regex CallLine();

    [GeneratedRegex(@"http://\S+jwks\.json")]
    private static partial Regex KeySetUrl();
}
