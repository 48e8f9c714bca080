// A server of its own process: started, pinned to a core once it is warm, its processor time read from the system.
using System.Diagnostics;
using System.Globalization;

namespace Watchword.Bench.Http;

internal sealed class ServedProcess : IDisposable
{
    private const int TicksPerSecond = 100; // of /proc, on every Linux that .NET runs on
    private readonly Process _process;

    private ServedProcess(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>What the process has used of the processor so far.</summary>
    public TimeSpan Used
    {
        get
        {
            // The second field is a name in brackets, which may hold spaces.
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
        }
    }

    /// <summary>Starts a server that prints its URL when it listens.</summary>
    public static ServedProcess Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine();
        return Uri.TryCreate(line, UriKind.Absolute, out var url)
            ? new ServedProcess(process, url)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not come up.");
    }

    /// <summary>Confines all its threads to one core.</summary>
    public void Pin(int core)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-c", "-p", $"{core}", $"{_process.Id}"]) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException("taskset could not pin the server to its core.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
