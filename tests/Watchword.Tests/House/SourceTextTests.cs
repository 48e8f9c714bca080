// What the files of the repository say, and what none of them may say.
using System.Text.RegularExpressions;

namespace Watchword.Tests.House;

public sealed partial class SourceTextTests
{
    private static readonly string[] BannedClocks =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
        "P:System.Environment.TickCount", "P:System.Environment.TickCount64", "M:System.Threading.Thread.Sleep(System.Int32)",
        "M:System.Threading.Tasks.Task.Delay(System.Int32)", "M:System.Threading.Tasks.Task.Delay(System.TimeSpan)",
    ];

    // All text but this file's, which spells out what it looks for.
    private static IEnumerable<string> Text => Repository.Files()
        .Where(f => !File.ReadAllBytes(f).AsSpan().Contains((byte)0) && Path.GetFileName(f) != "SourceTextTests.cs");

    [Fact]
    public void Every_source_file_says_first_what_it_is_for() => Violations.None(
        "A source file opens with a // comment that says what it is for.",
        Repository.Files("src", "*.cs").Where(f => !(File.ReadLines(f).FirstOrDefault() ?? "").StartsWith("// ", StringComparison.Ordinal))
            .Select(f => Repository.Relative(f) + ":1"));

    [Fact]
    public void The_only_clock_is_a_time_provider()
    {
        var banned = File.ReadAllLines(Repository.PathOf("BannedSymbols.txt")).Select(l => l.Split(';')[0]).ToHashSet();
        Violations.None("BannedSymbols.txt bans every other clock.", BannedClocks.Where(c => !banned.Contains(c)));
        Violations.None(
            "Nobody lifts the ban on other clocks.",
            Text.SelectMany(f => Matches(f, File.ReadAllText(f), LiftedBan())));
    }

    // The projects allow it for what LibraryImport generates.
    [Fact]
    public void No_source_of_ours_is_unsafe() => Violations.None(
        "No source says unsafe.",
        Repository.Files("src", "*.cs").SelectMany(f => Matches(f, File.ReadAllText(f), Unsafe())));

    [Fact]
    public void Source_lies_in_the_folder_of_its_namespace() => Violations.None(
        "A file's namespace is its project and folder; what extends the framework's builders stands in the framework's namespaces.",
        Repository.Projects.SelectMany(p => Repository.Files("src/" + p, "*.cs")).SelectMany(Misplaced));

    [Fact]
    public void No_file_names_a_machine() => Violations.None(
        "No file holds a path of somebody's machine.", Text.SelectMany(f => Matches(f, File.ReadAllText(f), MachinePath())));

    // Where packages come from is for the machine that builds to know.
    [Fact]
    public void Nothing_says_where_packages_are_downloaded_from()
    {
        string[] settings = ["nuget.config", ".npmrc", ".yarnrc"];
        Violations.None(
            "No file configures a source of packages.",
            Repository.Files().Where(f => settings.Contains(Path.GetFileName(f), StringComparer.OrdinalIgnoreCase)).Select(Repository.Relative));
        Violations.None("No lock file holds a place of download.", Text.SelectMany(f => Matches(f, File.ReadAllText(f), Download())));
    }

    [Fact]
    public void Links_between_documents_lead_somewhere() => Violations.None(
        "A link in a document leads to a file that exists.",
        Repository.Files("", "*.md").SelectMany(f => BrokenLinks(f, File.ReadAllText(f))));

    [Fact]
    public void No_folder_is_empty() => Violations.None(
        "There are no empty folders.",
        Repository.Folders(Repository.Root).Where(f => !Directory.EnumerateFileSystemEntries(f).Any()).Select(Repository.Relative));

    [Theory]
    [InlineData("a\n#pragma warning disable RS0030", "f:2")]
    [InlineData("[SuppressMessage(\"x\", \"RS0030:y\")]", "f:1")]
    [InlineData("<NoWarn>CS1591;RS0030</NoWarn>", "f:1")]
    [InlineData("dotnet_diagnostic.RS0030.severity = none", "f:1")]
    public void A_lifted_ban_is_found(string text, string place) => Found(LiftedBan(), text, place);

    [Theory]
    [InlineData("x\ncp /root/a b", "f:2")]
    [InlineData("/root/.nuget", "f:1")]
    [InlineData("/Users/me/a", "f:1")]
    [InlineData("C:\\Users\\me", "f:1")]
    public void A_machine_path_is_found(string text, string place) => Found(MachinePath(), text, place);

    [Theory]
    [InlineData("x\nunsafe { }", "f:2")]
    [InlineData("public static unsafe void M(byte* p)", "f:1")]
    public void Unsafe_code_is_found(string text, string place) => Found(Unsafe(), text, place);

    [Fact]
    public void A_place_of_download_is_found() => Found(Download(), "{\n  \"resolved\": \"https://packages.example/jose.tgz\"", "f:2");

    [Fact]
    public void A_broken_link_is_found()
    {
        var found = BrokenLinks(Repository.PathOf("docs/x.md"), "[a](../LICENSE) [b](https://example.com)\n[c](#there) [d](no.md#there)");
        Assert.Equal(["docs/x.md:2: no.md"], found);
    }

    private static void Found(Regex pattern, string text, string place) =>
        Assert.StartsWith(place + ":", Assert.Single(Matches(Repository.PathOf("f"), text, pattern)));

    private static IEnumerable<string> Matches(string file, string text, Regex pattern) => pattern.Matches(text)
        .Select(m => $"{Repository.Relative(file)}:{LineAt(text, m.Index)}: {m.Value}");

    private static int LineAt(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    private static IEnumerable<string> BrokenLinks(string file, string text) => Link().Matches(text)
        .Where(m => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, m.Groups[1].Value)))
        .Select(m => $"{Repository.Relative(file)}:{LineAt(text, m.Index)}: {m.Groups[1].Value}");

    private static IEnumerable<string> Misplaced(string file)
    {
        // Within Watchword.Encoding, the framework's own Encoding would be hidden.
        var expected = Repository.Relative(Path.GetDirectoryName(file)!)["src/".Length..].Replace('/', '.')
            .Replace("Watchword.Encoding", "Watchword.Encodings", StringComparison.Ordinal);
        var actual = SourceOutline.Read(File.ReadAllText(file)).Types.Select(t => t[..Math.Max(0, t.LastIndexOf('.'))]).Distinct();
        return actual.Where(a => a != expected && !a.StartsWith("Microsoft.", StringComparison.Ordinal))
            .Select(a => $"{Repository.Relative(file)}: in namespace {a}");
    }

    [GeneratedRegex(@"(#pragma warning disable|SuppressMessage|NoWarn|dotnet_diagnostic\.)[^\n]*RS0030")]
    private static partial Regex LiftedBan();

    [GeneratedRegex(@"(?<![\w.~*})-])/(root|Users)/|[A-Z]:\\+Users")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bunsafe\b[^\n]*[{(]")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"""resolved"":\s*""https?:")]
    private static partial Regex Download();

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)([^)\s#]+)[^)]*\)")]
    private static partial Regex Link();
}
