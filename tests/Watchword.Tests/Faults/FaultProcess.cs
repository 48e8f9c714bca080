// A role of tests/Watchword.FaultProcess as a process of its own, spoken to over HTTP.
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Watchword.Tests.House;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

internal sealed class FaultProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // Longer than anything that a role itself waits for: to stop, it waits for its last answers.
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(3) };
    private readonly string _role;
    private readonly string[] _settings;

    private FaultProcess(string role, string url, string[] settings)
    {
        _role = role;
        Url = url;
        _settings = ["--url", Url, .. settings];
        Process = Start(_role, _settings);
    }

    public string Url { get; }

    public RunningProcess Process { get; private set; }

    /// <summary>Starts a role with its settings, and waits for nothing.</summary>
    public static RunningProcess Start(string role, IEnumerable<string> settings, IReadOnlyDictionary<string, string?>? variables = null)
    {
        var file = Repository.PathOf($"tests/Watchword.FaultProcess/bin/{Repository.Configuration}/net10.0/Watchword.FaultProcess.dll");
        Assert.SkipUnless(File.Exists(file), $"The processes are not built ({Repository.Relative(file)}).");
        return RunningProcess.Start("dotnet", ["exec", file, role, .. settings], variables);
    }

    /// <summary>An issuer that takes the tool's arguments for <c>serve</c>, and these times of its keys, in seconds.</summary>
    public static WatchwordServer.Program Issuer(double rotation, double propagation, double delay, double retention) => (arguments, variables) => Start(
        "issuer",
        [.. arguments.Skip(1), "--key-rotation", Text(rotation), "--key-propagation", Text(propagation), "--key-delay", Text(delay), "--key-retention", Text(retention)],
        variables);

    /// <summary>Starts a role on a port of its own and waits until it answers.</summary>
    public static Task<FaultProcess> StartAsync(string role, params string[] settings) => StartAtAsync($"http://127.0.0.1:{FreePort.Next()}", role, settings);

    /// <summary>Starts a role at a URL that others have been told already, and waits until it answers.</summary>
    public static async Task<FaultProcess> StartAtAsync(string url, string role, params string[] settings)
    {
        var process = new FaultProcess(role, url, settings);
        try
        {
            await process.IsThereAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills it and starts it again, on the same port.</summary>
    /// <param name="meanwhile">What is done while it is not there.</param>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await Process.KillAsync();
        meanwhile?.Invoke();
        await Process.DisposeAsync();
        Process = Start(_role, _settings);
        await IsThereAsync();
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _http.GetStringAsync(new Uri(Url + path)));

    /// <summary>Calls what it guards, with a token.</summary>
    public async Task<HttpResponseMessage> CallAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    /// <summary>What a target says of its health: Unhealthy while it has no keys, Degraded while the clocks are apart.</summary>
    public async Task<string> HealthAsync()
    {
        using var answer = await _http.GetAsync(new Uri(Url + "/healthz"));
        return await answer.Content.ReadAsStringAsync();
    }

    public async Task PostAsync(string path)
    {
        using var answer = await _http.PostAsync(new Uri(Url + path), null);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}. {Process}");
    }

    public Task PostAsync(string path, double number) => PostAsync(path + Text(number));

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return Process.DisposeAsync();
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task IsThereAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(Url + "/faults/there"), timeout.Token);
                return;
            }
            catch (HttpRequestException) when (!Process.HasExited)
            {
                await Task.Delay(Pause, TimeProvider.System, timeout.Token);
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"It did not start: {Process}");
            }
        }
    }
}
