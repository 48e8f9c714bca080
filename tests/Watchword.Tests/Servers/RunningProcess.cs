// A real process that a test started, with what it writes; it ends at the latest when the test does.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Watchword.Tests.Servers;

/// <summary>How a process ended and what it wrote.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Errors}";
}

internal sealed class RunningProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly BoundedText _output = new();
    private readonly BoundedText _errors = new();

    private RunningProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    /// <summary>Starts a program. Variables are added to this process's own; one with no value is taken away.</summary>
    public static RunningProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string? folder = null, string input = "")
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var running = new RunningProcess(process);
        process.OutputDataReceived += (_, line) => Received(running._output, line.Data);
        process.ErrorDataReceived += (_, line) => Received(running._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not care to read what it was given.
        }

        return running;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Finished> RunAsync(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? variables = null, string? folder = null, string input = "")
    {
        await using var running = Start(file, arguments, variables, folder, input);
        return await running.WaitForExitAsync();
    }

    /// <summary>Waits for a line on either stream.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> isWanted, TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? Patience);
        var exited = _process.WaitForExitAsync(timeout.Token);
        while (true)
        {
            var isOver = exited.IsCompletedSuccessfully;
            var grown = Task.WhenAny(_output.Grown, _errors.Grown);
            if (_output.Lines().Concat(_errors.Lines()).FirstOrDefault(isWanted) is { } line)
            {
                return line;
            }

            if (isOver || exited.IsCanceled)
            {
                throw new TimeoutException($"The line did not come{(isOver ? "" : " in time")}. {this}");
            }

            await Task.WhenAny(grown, exited);
        }
    }

    /// <summary>Waits until the process has ended and all it wrote has been read.</summary>
    public async Task<Finished> WaitForExitAsync(TimeSpan? patience = null)
    {
        using var timeout = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process did not end in time. {this}");
        }

        return new Finished(_process.ExitCode, Output, Errors);
    }

    /// <summary>Asks the process to end, as a terminal's or an orchestrator's stop does (SIGTERM).</summary>
    public void Terminate() => _ = SendSignal(_process.Id, SigTerm);

    /// <summary>Ends the process at once, with no chance to say anything (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    public override string ToString() =>
        $"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)}\n--- standard output\n{Output}\n--- standard error\n{Errors}";

    private static void Received(BoundedText text, string? line)
    {
        if (line is not null)
        {
            text.Add(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
