// The whole command tree, and the one place where its faults become a sentence and an exit code.
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Watchword.Issuer;
using Watchword.Issuer.Storage;

namespace Watchword.Cli;

/// <summary>The `watchword` command.</summary>
internal static class WatchwordCommand
{
    /// <summary>Parses and runs one command line. Never throws for anything a user can type or a network can send.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal)
    {
        // A kid may begin with a hyphen: it must not be read as short options in a row.
        var parsed = Build(terminal).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Action is ParseErrorAction)
            return Explain(parsed, terminal);

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation);
        }
        catch (CommandFault fault)
        {
            await terminal.Error.WriteLineAsync(Output.Sentence(fault.Message));
            return fault.ExitCode;
        }
        catch (Exception fault) when (fault is StorageException or IssuerStartException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(Output.Sentence(fault.Message));
            return ExitCode.Misuse;
        }
    }

    private static CliCommand Build(Terminal terminal)
    {
        var root = new CliCommand(
            "watchword",
            "Watchword lets one service prove itself to another with short-lived tokens. This tool is the issuer (serve), its "
            + "administration (resource, client, credential, grant, key, trust, backup, restore, doctor), and a way to try tokens (token) by hand. It exits "
            + "with 0 when it is done, 1 when the answer is no, 2 when it was used wrongly, and 3 when the issuer could not be reached.",
            "watchword serve",
            "watchword resource create https://billing --scope invoices:read",
            "watchword client create orders",
            "watchword grant add orders https://billing --scope invoices:read",
            "watchword token request --client orders --api-key-file orders.key --resource https://billing")
        {
            ServeCommand.Build(terminal),
            ResourceCommands.Build(terminal),
            ClientCommands.Build(terminal),
            CredentialCommands.Build(terminal),
            GrantCommands.Build(terminal),
            KeyCommands.Build(terminal),
            TokenCommands.Build(terminal),
            TrustCommands.Build(terminal),
            BundleCommands.Build(terminal),
            BackupCommand.Build(terminal),
            RestoreCommand.Build(terminal),
            DoctorCommand.Build(terminal),
        };
        root.Options.Add(CommonOptions.Output());
        root.Options.Add(CliCommand.HelpWithExamples());
        root.Options.Add(new Option<bool>("--version") { Description = "Show the version.", Action = new ShowVersion() });
        return root;
    }

    private static int Explain(ParseResult parsed, Terminal terminal)
    {
        var path = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
            path.Push(command.Command.Name);
        var name = string.Join(' ', path);
        var verbs = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToArray();
        if (verbs.Length == 0)
        {
            foreach (var error in parsed.Errors)
                terminal.Error.WriteLine(Output.Ascii(error.Message));
        }
        else
        {
            var fault = parsed.UnmatchedTokens is [var token, ..] ? $"`{name}` has no command '{Output.Ascii(token)}'" : $"`{name}` needs a command";
            terminal.Error.WriteLine($"{fault}; its commands are {string.Join(", ", verbs)}.");
        }

        terminal.Error.WriteLine($"See `{name} --help`.");
        return ExitCode.Misuse;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProductVersion.Text);
            return ExitCode.Done;
        }
    }
}
