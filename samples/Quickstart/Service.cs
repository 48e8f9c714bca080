// A program of this repository as a process of its own: started with its settings, waited for, and ended with the quickstart.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Quickstart;

internal sealed class Service : IDisposable
{
    private const int MostLines = 1000;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];

    private Service(string name, string url, ProcessStartInfo start)
    {
        Name = name;
        Url = url;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public string Url { get; }

    /// <summary>What the service has written so far.</summary>
    public string Log => string.Join(Environment.NewLine, _lines);

    /// <summary>Starts a program and returns when it answers requests.</summary>
    public static async Task<Service> StartAsync(string name, string project, string url, string[] arguments, Dictionary<string, string> settings)
    {
        var service = new Service(name, url, Describe(project, arguments, settings));
        try
        {
            await service.WaitAsync();
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="UnexpectedException">It ended with another code than zero.</exception>
    public static async Task<string> RunAsync(string project, string[] arguments, Dictionary<string, string> settings)
    {
        var start = Describe(project, arguments, settings);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new UnexpectedException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Trim()}");
    }

    /// <summary>A URL on loopback that nobody listens on.</summary>
    public static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(5000);
        }
        _process.Dispose();
    }

    // The programs stand beside this one, in the same configuration: samples/Billing/bin/Debug/net10.0/Billing.dll.
    private static ProcessStartInfo Describe(string project, string[] arguments, Dictionary<string, string> settings)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var root = own.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        var output = Path.Combine(root, project, "bin", own.Parent.Name, own.Name);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = output,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(output, $"{Path.GetFileName(project)}.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // They are ended without being asked, and would leave the files of their debugger ports behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return start;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text && _lines.Count < MostLines)
            _lines.Enqueue(text);
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300 && !_process.HasExited; attempt++)
        {
            try
            {
                // Any answer will do: whoever answers 401 is up.
                using var answer = await http.GetAsync(new Uri($"{Url}/healthz/ready"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.1), TimeProvider.System);
            }
        }
        throw new UnexpectedException($"{Name} did not start. It wrote:{Environment.NewLine}{Log}");
    }
}
