// The reference names every option, endpoint and command that there is, and a test names every option and endpoint.
using System.Reflection;
using System.Text.RegularExpressions;
using Watchword.Tests.Servers;

namespace Watchword.Tests.House;

public sealed partial class ReferenceTests
{
    private static IReadOnlyList<PropertyInfo> Settings => [.. Shapes.Ours
        .Where(t => t.IsVisible && t.Name.EndsWith("Options", StringComparison.Ordinal))
        .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(p => p.SetMethod is { IsPublic: true })];

    private static IReadOnlyList<string> Paths => [.. Assembly.Load("Watchword.Issuer").GetType("Watchword.Issuer.IssuerPaths", throwOnError: true)!
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    [Fact]
    public void Every_option_stands_in_the_reference() => Violations.None(
        "Every property of a public options type stands in docs/reference/settings.md.",
        Missing(Settings.Select(s => s.Name), Reference("settings")));

    [Fact]
    public void Every_option_is_named_by_a_test() => Violations.None(
        "Every property of a public options type is named by a test.", Missing(Settings.Select(s => s.Name), TestSource));

    [Fact]
    public void Every_endpoint_stands_in_the_reference() => Violations.None(
        "Every path of the issuer stands in docs/reference/http.md.", Missing(Paths, Reference("http")));

    [Fact]
    public void Every_endpoint_is_named_by_a_test() => Violations.None(
        "Every path of the issuer is named by a test.", Missing(Paths, TestSource));

    [Fact]
    public async Task Every_command_and_its_options_stand_in_the_reference()
    {
        var reference = Reference("cli");
        var found = new List<string>();
        var open = new Queue<string[]>([[]]);
        while (open.TryDequeue(out var command))
        {
            var help = await WatchwordTool.RunAsync([.. command, "--help"]);
            Assert.True(help.ExitCode == 0, help.ToString());
            var names = Entries(help.Output);
            Assert.True(command.Length < 4, $"The reading of the help has gone astray: {string.Join(' ', command)}");
            var children = names.Where(n => !n.StartsWith('-')).Select(n => (string[])[.. command, n]).ToList();
            children.ForEach(open.Enqueue);
            found.AddRange(children.Select(c => string.Join(' ', c)).Concat(names.Where(n => n.StartsWith("--", StringComparison.Ordinal))));
        }

        Assert.Contains("client create", found);
        Violations.None("Every command and option stands in docs/reference/cli.md.", Missing(found.Distinct(), reference));
    }

    [Fact]
    public void Help_is_read_entry_by_entry() => Assert.Equal(
        ["--data", "--output", "serve", "backup"],
        Entries("Usage:\n  watchword [command]\n\nOptions:\n  --data <DIR>  Where\n      it is\n  -o, --output <x>  How.\n\n"
            + "Commands:\n  serve  Run\n         by day\n  backup <FILE>  Write.\n\nExamples:\n  watchword serve\n"));

    [Fact]
    public void What_is_missing_is_found() =>
        Assert.Equal(["Leeway", "--data"], Missing(["Issuer", "Leeway", "--url", "--data"], "| `Issuer` | --url | LeewayMore --data-x"));

    private static string TestSource => string.Join('\n', Repository.Files("tests/Watchword.Tests", "*.cs")
        .Where(f => !Repository.Relative(f).Contains("/House/", StringComparison.Ordinal)).Select(File.ReadAllText));

    private static string Reference(string page)
    {
        var file = Repository.PathOf($"docs/reference/{page}.md");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }

    // What stands under "Options:" and "Commands:": each paragraph of the help has such a heading.
    private static IReadOnlyList<string> Entries(string help) => [.. help.ReplaceLineEndings("\n").Split("\n\n")
        .Where(p => p.StartsWith("Options:", StringComparison.Ordinal) || p.StartsWith("Commands:", StringComparison.Ordinal))
        .SelectMany(p => HelpEntry().Matches(p)).Select(m => m.Groups[1].Value).Distinct()];

    private static IEnumerable<string> Missing(IEnumerable<string> names, string text) =>
        names.Where(name => !Regex.IsMatch(text, $@"(?<![\w-]){Regex.Escape(name)}(?![\w-])"));

    // A line of help that begins, two columns in, with a command (a word in small letters) or an option.
    [GeneratedRegex(@"^  (?:-\w, )?(--?[a-z-]+|[a-z]+)(?= |,|$)", RegexOptions.Multiline)]
    private static partial Regex HelpEntry();
}
