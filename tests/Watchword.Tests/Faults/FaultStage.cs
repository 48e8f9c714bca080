// Issuer, targets and a caller under load, each a process of its own, and the verdict over all that was sent.
using System.Text.Json;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

internal sealed class FaultStage : IAsyncDisposable
{
    /// <summary>The name of the target that Microsoft's JwtBearer guards; it is there only when a comparison is asked for.</summary>
    public const string Peer = "jwtbearer";

    private const string Resource = "https://billing";
    private const string OtherResource = "https://shipping";
    private static readonly bool Compares = Environment.GetEnvironmentVariable("WATCHWORD_FAULTS_PEER") is { Length: > 0 };

    private readonly Dictionary<string, FaultProcess> _targets = [];
    private readonly HashSet<string> _mayBeAway = [];
    private readonly long _started = FaultTime.Stamp;
    private string? _keyFile;

    private FaultStage(WatchwordServer issuer) => Issuer = issuer;

    public WatchwordServer Issuer { get; }

    /// <summary>What stands before the issuer, if anything does.</summary>
    public FaultProcess? Proxy { get; private set; }

    public FaultProcess? Caller { get; private set; }

    /// <summary>What callers and targets know as the issuer.</summary>
    public string IssuerUrl => Proxy?.Url ?? Issuer.Url;

    /// <summary>A running issuer with a client that may call a resource; its tokens live so many seconds.</summary>
    public static async Task<FaultStage> StartAsync(int tokenLifetime, bool behindProxy = false, WatchwordServer.Program? program = null)
    {
        var stage = new FaultStage(WatchwordServer.Prepare(program));
        try
        {
            if (behindProxy)
                stage.Proxy = await FaultProcess.StartAsync("proxy", "--to", stage.Issuer.Url);
            await stage.StartIssuerAsync();
            using var admin = new AdminSocket(Path.Combine(stage.Issuer.DataFolder, "admin.sock"));
            await AdministerAsync(admin, "resources", $$"""{"resource":"{{Resource}}","token_lifetime":{{tokenLifetime}},"scopes":["invoices:read"]}""");
            await AdministerAsync(admin, "resources", $$"""{"resource":"{{OtherResource}}","token_lifetime":{{tokenLifetime}},"scopes":["invoices:read"]}""");
            var client = await AdministerAsync(admin, "clients", """{"client_id":"orders"}""");
            await AdministerAsync(admin, "clients/orders/grants", $$"""{"resource":"{{Resource}}","scopes":["invoices:read"]}""");
            await AdministerAsync(admin, "clients/orders/grants", $$"""{"resource":"{{OtherResource}}","scopes":["invoices:read"]}""");
            stage._keyFile = stage.Issuer.Write("orders.key", client.GetProperty("api_key").GetString()!);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the issuer, also again after it was killed.</summary>
    public Task StartIssuerAsync() => Proxy is null ? Issuer.StartAgainAsync() : Issuer.StartAgainAsync("--issuer", Proxy.Url);

    /// <summary>A target with these settings of its scheme.</summary>
    public async Task<FaultProcess> AddTargetAsync(string name, params string[] settings)
    {
        string[] scheme = [.. new[] { "Issuer", IssuerUrl, "Audience", Resource }.Concat(settings)
            .Select(static (each, i) => i % 2 == 0 ? "--Authentication:Schemes:Watchword:" + each : each)];
        return _targets[name] = await FaultProcess.StartAsync("target", scheme);
    }

    /// <summary>Starts the load; where a comparison is asked for, also on JwtBearer.</summary>
    public async Task StartLoadAsync(double rate = 50, double? renew = null, bool comparable = false)
    {
        if (comparable && Compares)
            _targets[Peer] = await FaultProcess.StartAsync("jwtbearer", "--issuer", IssuerUrl, "--audience", Resource);
        string[] settings = ["--issuer", IssuerUrl, "--client", "orders", "--key-file", _keyFile!, "--other", OtherResource, "--rate", $"{rate}"];
        if (renew is not null)
            settings = [.. settings, "--renew", $"{renew}"];
        foreach (var (name, process) in _targets)
            settings = [.. settings, $"--target:{name}:url", process.Url, $"--target:{name}:resource", Resource, .. name == Peer ? [$"--target:{name}:peer", "yes"] : Array.Empty<string>()];
        Caller = await FaultProcess.StartAsync("caller", settings);
    }

    /// <summary>Kills a target and starts it again; requests that find nobody there meanwhile are not its refusals.</summary>
    public async Task RestartTargetAsync(string name)
    {
        _mayBeAway.Add(name);
        await _targets[name].RestartAsync();
    }

    public async Task<IReadOnlyList<FaultCounts>> CountsAsync() => [.. (await Caller!.GetAsync("/faults/counts")).GetProperty("targets")
        .EnumerateObject().Select(static each => new FaultCounts(each.Name, each.Value))];

    /// <summary>The keys that signed the tokens on the wire, in the order in which they first appeared.</summary>
    public async Task<IReadOnlyList<string>> KidsAsync() =>
        [.. (await Caller!.GetAsync("/faults/counts")).GetProperty("kids").EnumerateArray().Select(static kid => kid.GetString()!)];

    /// <summary>Ends the load. Nothing was refused that should have passed, and nothing passed that should have been refused.</summary>
    public async Task<IReadOnlyList<FaultCounts>> EndAsync(string fault)
    {
        await Caller!.PostAsync("/faults/stop");
        var all = await CountsAsync();
        FaultReport.Write(fault, FaultTime.Since(_started), all, (await KidsAsync()).Count);
        foreach (var counts in all.Where(static counts => counts.Target != Peer))
        {
            Assert.True(counts.WronglyRefused == 0 && counts.WronglyAccepted == 0, counts.ToString());
            Assert.True(counts.NotThere == 0 || _mayBeAway.Contains(counts.Target), counts.ToString());
            Assert.True(counts.Accepted > 50 && counts.SentToBeRefused > 5, $"That was no load: {counts}");
        }
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _targets.Values.Append(Caller).Append(Proxy))
        {
            if (process is not null)
                await process.DisposeAsync();
        }
        await Issuer.DisposeAsync();
    }

    private static async Task<JsonElement> AdministerAsync(AdminSocket admin, string path, string json)
    {
        using var answer = await admin.PostAsync(path, json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
