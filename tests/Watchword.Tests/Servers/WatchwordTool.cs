// The command-line tool as the tests run it: the one that test.sh published natively, or else the project's build output.
using System.Diagnostics;
using Watchword.Tests.House;

namespace Watchword.Tests.Servers;

internal static class WatchwordTool
{
    /// <summary>The folder of the published tool, or null if there is none.</summary>
    public static string? PublishedFolder { get; } =
        Environment.GetEnvironmentVariable("WATCHWORD_CLI") is { Length: > 0 } folder ? folder : null;

    private static string BuiltFile => Repository.PathOf($"src/Watchword.Cli/bin/{Repository.Configuration}/net10.0/Watchword.Cli.dll");

    public static RunningProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string input = "")
    {
        if (PublishedFolder is not null)
        {
            return RunningProcess.Start(Path.Combine(PublishedFolder, "watchword"), arguments, variables, input: input);
        }

        Assert.SkipUnless(File.Exists(BuiltFile), $"The tool is neither published (WATCHWORD_CLI) nor built ({Repository.Relative(BuiltFile)}).");
        return RunningProcess.Start("dotnet", ["exec", BuiltFile, .. arguments], variables, input: input);
    }

    /// <summary>Starts a command whose streams stay open, for a test that speaks with it.</summary>
    public static Process StartOpen(IEnumerable<string> arguments)
    {
        var (file, first) = PublishedFolder is null ? ("dotnet", new[] { "exec", BuiltFile }) : (Path.Combine(PublishedFolder, "watchword"), []);
        return Process.Start(new ProcessStartInfo(file, [.. first, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Runs one command to its end.</summary>
    public static async Task<Finished> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string input = "")
    {
        await using var running = Start(arguments, variables, input);
        return await running.WaitForExitAsync();
    }
}
