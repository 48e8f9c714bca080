// A real PostgreSQL for the tests: one server for the whole run, started by the first test that asks, on a Unix socket only.
using System.Diagnostics;
using Npgsql;
using Watchword.Tests.Servers;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Watchword.Tests.Servers;

public sealed class PostgresServer : IAsyncDisposable
{
    // Waits until its standard input ends, with us or before us, however we end; then nothing is left of the server.
    private const string Keeper =
        "trap '' HUP INT TERM; folder=$1; shift; read _; \"$@\" stop --pgdata \"$folder/data\" --mode immediate --wait; rm -rf \"$folder\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _starting = new(1, 1);
    private string? _folder;
    private Process? _keeper;
    private string? _absence;
    private int _databases;

    private static string? Binaries => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(Directory.Exists).Max()
        : null;

    /// <summary>Makes an empty database and gives its connection string; skips the test where there is no PostgreSQL.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_folder is null && _absence is null)
                await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
        Assert.SkipWhen(_absence is not null, _absence ?? "");
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_keeper is null)
            return;
        NpgsqlConnection.ClearAllPools();
        _keeper.StandardInput.Close();
        await WaitAsync(_keeper);
        _keeper.Dispose();
    }

    private string Data => Path.Combine(_folder!, "data");

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _folder,
        Username = "watchword",
        Database = database,
        Timeout = 60,
        CommandTimeout = 120,
    }.ConnectionString;

    private async Task StartAsync()
    {
        _absence = Binaries is null
            ? "PostgreSQL is not installed (no /usr/lib/postgresql/*/bin)."
            : Environment.IsPrivilegedProcess && !File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
                ? "PostgreSQL does not run as root, and there is no user postgres to run it as."
                : null;
        if (_absence is not null)
            return;
        _folder = Directory.CreateTempSubdirectory("ww-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
            await RunToEndAsync(new ProcessStartInfo("chown", ["postgres", _folder]));
        var keeper = new ProcessStartInfo("sh", ["-c", Keeper, "sh", _folder, .. Command("pg_ctl")])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _keeper = Process.Start(keeper);
        await RunAsync("initdb", "--pgdata", Data, "--username", "watchword", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync");
        // Who vacuums the template by itself would be in the way of those who copy it.
        await RunAsync(
            "pg_ctl", "start", "--pgdata", Data, "--wait", "--log", Path.Combine(_folder, "log"),
            "--options", $"-c listen_addresses= -c unix_socket_directories={_folder} -c fsync=off -c max_connections=200 -c autovacuum=off");
    }

    // PostgreSQL does not run as root.
    private static string[] Command(string tool)
    {
        var path = Path.Combine(Binaries!, tool);
        return Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", path] : [path];
    }

    private static Task RunAsync(string tool, params string[] arguments)
    {
        var command = Command(tool);
        return RunToEndAsync(new ProcessStartInfo(command[0], [.. command[1..], .. arguments]));
    }

    // The server keeps what it inherits, so the output is not read to its end but only waited beside the tool.
    private static async Task RunToEndAsync(ProcessStartInfo start)
    {
        start.WorkingDirectory = "/";
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = new List<string>();
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitAsync(process);
        if (process.ExitCode != 0)
        {
            lock (output)
                throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {string.Join('\n', output)}");
        }
    }

    private static async Task WaitAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!process.HasExited)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    private static void Keep(List<string> output, string? line)
    {
        lock (output)
            output.Add(line ?? "");
    }
}
