// An issuer as an operator runs it: `watchword serve` on a free port with a data folder of its own, administered by the
// same tool, which finds it in the usual place for data.
using System.Net;
using System.Text.Json;

namespace Watchword.Tests.Servers;

internal sealed class WatchwordServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly TempFolder _home = new();
    private readonly Program _program;

    private WatchwordServer(int port, Program program)
    {
        _program = program;
        Url = $"http://127.0.0.1:{port}";
        DataFolder = Path.Combine(_home.Path, "watchword");
    }

    /// <summary>Starts a program with arguments and variables.</summary>
    public delegate RunningProcess Program(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> variables);

    /// <summary>Where the issuer listens, which is also its name unless it is given another.</summary>
    public string Url { get; }

    public string DataFolder { get; }

    /// <summary>A folder for what the test needs besides; it goes with the server.</summary>
    public string Home => _home.Path;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The server's process; null before it is started.</summary>
    public RunningProcess? Process { get; private set; }

    /// <summary>The files of the master key, where it is not in the data folder.</summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>The variables that make the tool look for its data here and nowhere else.</summary>
    public Dictionary<string, string?> Variables => new()
    {
        ["HOME"] = _home.Path,
        ["XDG_DATA_HOME"] = _home.Path,
        ["WATCHWORD_MASTER_KEY_FILE"] = MasterKeyFile,
    };

    /// <summary>An issuer that is not running yet.</summary>
    /// <param name="program">Another program than the tool, which takes the same arguments.</param>
    public static WatchwordServer Prepare(Program? program = null) =>
        new(FreePort.Next(), program ?? (static (arguments, variables) => WatchwordTool.Start(arguments, variables)));

    /// <summary>An issuer that is ready.</summary>
    public static async Task<WatchwordServer> StartAsync()
    {
        var server = Prepare();
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server, on the same port and data as before, and waits until it is ready.</summary>
    public async Task StartAgainAsync(params string[] more)
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        Process = Serve(Url, more);
        using var timeout = new CancellationTokenSource(Patience);
        while (!await IsReadyAsync())
        {
            if (Process.HasExited || timeout.IsCancellationRequested)
            {
                throw new InvalidOperationException($"The issuer did not get ready: {Process}");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Asks the server to stop and waits until it has, without complaint.</summary>
    public async Task StopAsync()
    {
        Process!.Terminate();
        var finished = await Process.WaitForExitAsync();
        Assert.True(finished.ExitCode == 0, finished.ToString());
    }

    /// <summary>Starts a server on this one's data without waiting for anything.</summary>
    public RunningProcess Serve(string url, params string[] more) =>
        _program(["serve", "--data", DataFolder, "--url", url, .. more], Variables);

    /// <summary>Runs a command of the tool against this issuer's data.</summary>
    public Task<Finished> RunCliAsync(params string[] arguments) => WatchwordTool.RunAsync(arguments, Variables);

    /// <summary>Runs a command that must be done, and gives its JSON answer.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var finished = await RunCliAsync([.. arguments, "--output", "json"]);
        Assert.True(finished.ExitCode == 0, $"{string.Join(' ', arguments)}: {finished}");
        return finished.Output.Length == 0 ? default : JsonElement.Parse(finished.Output);
    }

    /// <summary>Writes a file beside the data, open to nobody else, and gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        _home.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(Url + "/healthz/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
