// The command-line tool as the tests run it: the one that test.sh published natively, or else the project's build output.
using System.Diagnostics;
using Watchword.Tests.House;

namespace Watchword.Tests.Servers;

internal static class WatchwordTool
{
    /// <summary>The folder of the published tool, or null if there is none.</summary>
    public static string? PublishedFolder { get; } =
        Environment.GetEnvironmentVariable("WATCHWORD_CLI") is { Length: > 0 } folder ? folder : null;

    /// <summary>What starts the tool: a program and its first arguments.</summary>
    public static string[] Command => PublishedFolder is null ? ["dotnet", "exec", BuiltFile] : [Path.Combine(PublishedFolder, "watchword")];

    private static string BuiltFile => Repository.PathOf($"src/Watchword.Cli/bin/{Repository.Configuration}/net10.0/Watchword.Cli.dll");

    public static RunningProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string input = "")
    {
        Assert.SkipUnless(PublishedFolder is not null || File.Exists(BuiltFile), $"The tool is neither published (WATCHWORD_CLI) nor built ({Repository.Relative(BuiltFile)}).");
        return RunningProcess.Start(Command[0], [.. Command[1..], .. arguments], variables, input: input);
    }

    /// <summary>Starts a command whose streams stay open, for a test that speaks with it.</summary>
    public static Process StartOpen(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo(Command[0], [.. Command[1..], .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>Runs one command to its end.</summary>
    public static async Task<Finished> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string input = "")
    {
        await using var running = Start(arguments, variables, input);
        return await running.WaitForExitAsync();
    }
}
