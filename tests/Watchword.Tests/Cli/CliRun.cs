// Runs one command line in this process, with streams of its own.
using System.Text;
using Watchword.Cli;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Cli;

internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static Task<CliRun> OfAsync(params string[] args) => OfAsync("", args);

    /// <summary>Runs it. Its time limits are three times as long as elsewhere, unless a clock is given.</summary>
    public static async Task<CliRun> OfAsync(string input, string[] args, TimeProvider? clock = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(() => new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, clock ?? new PatientClock(pace: 0.3));
        var code = await WatchwordCommand.RunAsync(args, terminal);
        return new CliRun(code, output.ToString(), error.ToString());
    }
}
