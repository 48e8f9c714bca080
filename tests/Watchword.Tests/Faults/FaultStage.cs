// Issuer, targets and a caller under load, each a process of its own, and the verdict over all that was sent.
using System.Globalization;
using System.Net;
using System.Text.Json;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

internal sealed class FaultStage : IAsyncDisposable
{
    /// <summary>The name of the target that Microsoft's JwtBearer guards; it is there only when a comparison is asked for.</summary>
    public const string Peer = "jwtbearer";

    /// <summary>Whether a comparison is asked for.</summary>
    public static readonly bool Compares = Environment.GetEnvironmentVariable("WATCHWORD_FAULTS_PEER") is { Length: > 0 };

    /// <summary>What all targets are.</summary>
    public const string Resource = "https://billing";

    /// <summary>Who calls them.</summary>
    public const string Client = "orders";

    private const string OtherResource = "https://shipping";

    // The caller itself is patient for as long as its first tokens do not come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly Dictionary<string, FaultProcess> _targets = [];
    private readonly HashSet<string> _mayBeAway = [];
    private readonly HashSet<string> _plain = [];
    private readonly List<FaultProcess> _others = [];
    private long _started;

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
            foreach (var resource in new[] { Resource, OtherResource })
                await stage.AdministerAsync("resources", $$"""{"resource":"{{resource}}","token_lifetime":{{tokenLifetime}},"scopes":["invoices:read"]}""");
            await stage.AddClientAsync(Client);
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

    /// <summary>The kid of the key that signs.</summary>
    public async Task<string> ActiveKeyAsync() => (await Issuer.JsonAsync("key", "list")).EnumerateArray()
        .Single(static key => key.GetProperty("state").GetString() == "active").GetProperty("kid").GetString()!;

    /// <summary>The issuer's data folder, also where it is in a mount namespace of its own.</summary>
    public string DataFolder => $"/proc/{Issuer.Process!.Id}/root{Issuer.DataFolder}";

    /// <summary>The API key of the calling service.</summary>
    public string KeyFile => Path.Combine(Issuer.Home, Client + ".key");

    public AdminSocket Admin() => new(Path.Combine(DataFolder, "admin.sock"));

    /// <summary>Makes the standby sign at once. Gives what the issuer said, or null if it was not there to say anything.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> RotateNowAsync()
    {
        using var admin = Admin();
        try
        {
            using var answer = await admin.PostAsync("keys/rotate", """{"now":true}""");
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Whether so many targets hold the key that will sign next, and the one that signs now has come to the caller.</summary>
    public async Task<bool> IsReadyToRotateAsync(int targets)
    {
        var plan = (await AdministerAsync("keys/rotate", """{"plan":true}""")).GetProperty("keys").EnumerateArray().Single();
        return plan.GetProperty("targets_holding").GetInt32() == targets && (await KidsAsync()).Contains(plan.GetProperty("active").GetString()!);
    }

    /// <summary>A token of the calling service, by the key that signs now.</summary>
    public async Task<string> RequestTokenAsync()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Client,
            ["client_secret"] = await File.ReadAllTextAsync(KeyFile),
            ["resource"] = Resource,
        });
        using var answer = await Issuer.Http.PostAsync(new Uri(IssuerUrl + "/oauth2/token"), form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text).GetProperty("access_token").GetString()!;
    }

    /// <summary>A target, once it has the issuer's keys, also in its folder.</summary>
    /// <param name="name">What it is called in the counts.</param>
    /// <param name="refresh">How often it fetches the issuer's keys, in seconds; by default as everybody's, every 10 minutes.</param>
    /// <param name="keyFolder">Where it keeps them.</param>
    /// <param name="offset">How far its clock is ahead, in seconds.</param>
    public async Task<FaultProcess> AddTargetAsync(string name, double? refresh = null, string? keyFolder = null, int offset = 0)
    {
        const string Scheme = "--Authentication:Schemes:Watchword:";
        List<string> settings = [Scheme + "Issuer", IssuerUrl, Scheme + "Audience", Resource, "--offset", $"{offset}"];
        if (refresh is { } seconds)
            settings.AddRange([Scheme + "KeyRefreshInterval", $"{TimeSpan.FromSeconds(seconds):c}"]);
        if (keyFolder is not null)
            settings.AddRange([Scheme + "KeyFolder", keyFolder]);
        var target = _targets[name] = await FaultProcess.StartAsync("target", [.. settings]);
        Assert.True(await FaultTime.ComesTrueAsync(async () => await target.HealthAsync() is "Healthy" or "Degraded"), $"It has no keys: {target.Process}");
        if (keyFolder is not null)
            Assert.True(await FaultTime.ComesTrueAsync(() => Task.FromResult(Directory.EnumerateFiles(keyFolder, "*.keys").Any())), $"It keeps no keys: {target.Process}");
        return target;
    }

    /// <summary>A target whose refusals the test judges by itself: only good tokens go there, and a refused one is not renewed.</summary>
    public Task<FaultProcess> AddPlainTargetAsync(string name, double refresh)
    {
        _plain.Add(name);
        return AddTargetAsync(name, refresh);
    }

    /// <summary>Starts the load; where a comparison is asked for, also on JwtBearer. It runs when every target has accepted a request: a fault comes after that.</summary>
    /// <param name="renew">How often, in seconds, an instance of the calling service replaces the last, and so asks for new tokens.</param>
    /// <param name="comparable">Whether this fault is one to compare.</param>
    /// <param name="leeway">How long after its end, in seconds, a token must be refused by every target, whatever its clock says.</param>
    public async Task StartLoadAsync(double? renew = null, bool comparable = false, int leeway = 31)
    {
        if (Caller is not null)
            await Caller.DisposeAsync();
        if (comparable && Compares && !_targets.ContainsKey(Peer))
        {
            _plain.Add(Peer);
            _targets[Peer] = await FaultProcess.StartAsync("jwtbearer", "--issuer", IssuerUrl, "--audience", Resource);
        }
        string[] more = renew is null ? ["--leeway", $"{leeway}"] : ["--leeway", $"{leeway}", "--renew", string.Create(CultureInfo.InvariantCulture, $"{renew}")];
        _started = FaultTime.Stamp;
        Caller = await FaultProcess.StartAsync("caller", [.. CallerSettings(Client, rate: 50), .. more]);
        while ((await CountsAsync()) is var all && (all.Count < _targets.Count || all.Any(static counts => counts.Accepted == 0)))
        {
            Assert.True(FaultTime.Since(_started) < Patience, "The load did not begin: " + string.Join('\n', all));
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Another calling service, which calls only when it is told to. It knows the issuer, and has no token for the targets yet.</summary>
    public async Task<FaultProcess> AddIdleCallerAsync(string client)
    {
        await AddClientAsync(client);
        var caller = await FaultProcess.StartAsync("caller", CallerSettings(client, rate: 0));
        _others.Add(caller);
        await caller.PostAsync("/faults/prepare");
        return caller;
    }

    /// <summary>Kills a target and starts it again; requests that find nobody there meanwhile are not its refusals.</summary>
    public async Task RestartTargetAsync(string name)
    {
        _mayBeAway.Add(name);
        await _targets[name].RestartAsync();
    }

    public async Task<IReadOnlyList<FaultCounts>> CountsAsync(FaultProcess? caller = null) =>
        [.. (await (caller ?? Caller!).GetAsync("/faults/counts")).GetProperty("targets").EnumerateObject().Select(static each => new FaultCounts(each.Name, each.Value))];

    /// <summary>The keys that signed the tokens on the wire, in the order in which they first appeared.</summary>
    public async Task<IReadOnlyList<string>> KidsAsync() =>
        [.. (await Caller!.GetAsync("/faults/counts")).GetProperty("kids").EnumerateArray().Select(static kid => kid.GetString()!)];

    /// <summary>Ends the load. Nothing was refused that should have passed, and nothing passed that should have been refused.</summary>
    public async Task<IReadOnlyList<FaultCounts>> EndAsync(string fault)
    {
        await FaultTime.ComesTrueAsync(async () => Judged(await CountsAsync()).All(static counts => FaultCounts.AreLoad([counts])));
        await Caller!.PostAsync("/faults/stop");
        var all = await CountsAsync();
        var judged = Judged(all);
        FaultReport.Write(fault, FaultTime.Since(_started), judged.Concat(all.Where(static counts => counts.Target == Peer)), (await KidsAsync()).Count);
        foreach (var counts in judged)
        {
            Assert.True(counts.WronglyRefused == 0 && counts.WronglyAccepted == 0, counts.ToString());
            Assert.True(counts.NotThere == 0 || _mayBeAway.Contains(counts.Target), counts.ToString());
            Assert.True(FaultCounts.AreLoad([counts]), $"That was no load: {counts}");
        }
        return all;
    }

    public override string ToString() => string.Join('\n', _targets.Values.Append(Caller).Append(Proxy).Select(static process => process?.Process.ToString()));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _targets.Values.Concat(_others).Append(Caller).Append(Proxy))
        {
            if (process is not null)
                await process.DisposeAsync();
        }
        await Issuer.DisposeAsync();
    }

    private List<FaultCounts> Judged(IReadOnlyList<FaultCounts> all) => [.. all.Where(counts => !_plain.Contains(counts.Target))];

    private async Task AddClientAsync(string client)
    {
        var created = await AdministerAsync("clients", $$"""{"client_id":"{{client}}"}""");
        foreach (var resource in new[] { Resource, OtherResource })
            await AdministerAsync($"clients/{client}/grants", $$"""{"resource":"{{resource}}","scopes":["invoices:read"]}""");
        Issuer.Write(client + ".key", created.GetProperty("api_key").GetString()!);
    }

    private string[] CallerSettings(string client, int rate)
    {
        List<string> settings = ["--issuer", IssuerUrl, "--client", client, "--key-file", Path.Combine(Issuer.Home, client + ".key"), "--other", OtherResource, "--rate", $"{rate}"];
        foreach (var (name, process) in _targets)
        {
            settings.AddRange([$"--target:{name}:url", process.Url, $"--target:{name}:resource", Resource]);
            if (_plain.Contains(name))
                settings.AddRange([$"--target:{name}:plain", "yes"]);
        }
        return [.. settings];
    }

    private async Task<JsonElement> AdministerAsync(string path, string json)
    {
        using var admin = Admin();
        using var answer = await admin.PostAsync(path, json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }
}
