// The options that several commands share, each worded once.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>Options that mean the same wherever they stand.</summary>
internal static class CommonOptions
{
    private const string OutputName = "--output";
    private const string DataName = "--data";

    /// <summary>`--output table|json`, for every command.</summary>
    public static Option<string> Output()
    {
        var option = new Option<string>(OutputName, "-o")
        {
            Description = "How to print the answer: table for people, json for programs.",
            HelpName = "table|json",
            Recursive = true,
            DefaultValueFactory = _ => "table",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("table" or "json") } token])
                result.AddError($"'{token.Value}' is not a format: write --output table or --output json.");
        });
        return option;
    }

    /// <summary>`--data DIR`, for every command that belongs to one issuer on this machine.</summary>
    public static Option<string?> Data() => new(DataName)
    {
        Description = "The issuer's data folder. Without it: $XDG_DATA_HOME/watchword, or ~/.local/share/watchword.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>True when the command line asks for JSON.</summary>
    public static bool AsksForJson(ParseResult parsed) => parsed.GetValue<string>(OutputName) == "json";

    /// <summary>The data folder that the command line names; null is the default one.</summary>
    public static string? DataOf(ParseResult parsed) => parsed.GetValue<string?>(DataName);

    /// <summary>`--scope S`, repeatable.</summary>
    public static Option<string[]> Scope(string description) => new("--scope", "-s")
    {
        Description = description,
        HelpName = "SCOPE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>An option that takes a duration such as <c>90d</c>.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (!Durations.TryParse(result.Tokens[0].Value, out var duration))
            {
                result.AddError($"{name} '{result.Tokens[0].Value}' is not a duration: write a whole number and a unit, such as 90s, 5m, 12h or 30d.");
            }

            return duration;
        },
    };

    /// <summary>An option that takes one text.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };

    /// <summary>An option that takes one text and may be repeated.</summary>
    public static Option<string[]> Texts(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => [] };

    /// <summary>An argument that takes one text.</summary>
    public static Argument<string> Id(string name, string description) => new(name) { Description = description };

    /// <summary>The scopes given, whether as repeated options or as one quoted, space-separated list.</summary>
    public static IEnumerable<string> Split(string[]? scopes) =>
        (scopes ?? []).SelectMany(scope => scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal);
}
