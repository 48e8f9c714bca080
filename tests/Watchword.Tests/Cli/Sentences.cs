// What a command says when it gives up: one sentence on standard error, an exit code, and nothing of the program's inside.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

internal static class Sentences
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int Misuse = 2;
    public const int Unreachable = 3;

    /// <summary>Asserts one sentence on standard error that holds all the words, and nothing on standard output.</summary>
    public static void OneSentence(this Finished finished, int exitCode, params string[] words)
    {
        Assert.True(finished.ExitCode == exitCode, $"Expected exit code {exitCode}: {finished}");
        Assert.True(finished.Output.Length == 0, $"Expected nothing on standard output: {finished}");
        var line = Assert.Single(finished.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith(".", line);
        Assert.DoesNotContain("Exception", line);
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.OrdinalIgnoreCase));
    }
}
