// A command whose help ends with examples to copy.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Watchword.Cli;

/// <summary>A command and the examples that its help shows. A list of commands shows only the first sentence of its description.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, FirstSentence(description))
{
    private const int NarrowestHelp = 60;
    private const int WidestHelp = 110;
    private readonly string _wholeDescription = description;

    /// <summary>Whole command lines, as they would be typed.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>The `--help` option for a whole command tree, with examples below the usual help.</summary>
    public static HelpOption HelpWithExamples()
    {
        var option = new HelpOption("--help", "-h") { Description = "Show this help." };
        var help = (HelpAction)option.Action!;
        help.MaxWidth = Console.IsOutputRedirected ? WidestHelp : Math.Clamp(Console.WindowWidth, NarrowestHelp, WidestHelp);
        option.Action = new HelpAndExamples(help);
        return option;
    }

    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? text[..(end + 1)] : text;

    private sealed class HelpAndExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command is not CliCommand command)
                return help.Invoke(parseResult);
            var summary = command.Description;
            command.Description = command._wholeDescription;
            help.Invoke(parseResult);
            command.Description = summary;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(command.Examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in command.Examples)
                output.WriteLine("  " + example);
            return ExitCode.Done;
        }
    }
}
