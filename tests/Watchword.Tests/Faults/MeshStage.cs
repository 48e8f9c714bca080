// Five services, each its own issuer and a process of its own, that call each other under load; and what is between them: a signed file.
using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Contract;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Faults;

internal sealed class MeshStage : IAsyncDisposable
{
    /// <summary>Who there is.</summary>
    public static readonly string[] Names = ["storefront", "orders", "billing", "shipping", "stock"];

    private static readonly int AllPairs = Names.Length * (Names.Length - 1);

    // As in life: a key is published for much longer than it takes to fetch it, also where a process stands still for a while.
    private const int KeyRotation = 6;
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const string Scope = "calls:make";
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _urls = Names.ToDictionary(name => name, _ => $"http://127.0.0.1:{FreePort.Next()}");
    private readonly ConcurrentDictionary<string, FaultProcess> _services = [];
    private readonly Dictionary<string, HashSet<string>> _kids = Names.ToDictionary(name => name, _ => new HashSet<string>());
    private readonly List<FaultCounts> _before = [];
    private readonly SigningKey _offline = SigningKey.Generate(SignatureAlgorithm.ES256);
    private long _started;

    /// <summary>Five running services under load, by a bundle of this serial.</summary>
    /// <param name="serial">The bundle's serial.</param>
    /// <param name="embedded">The service whose keys stand in the bundle, those in use and a spare. The others publish theirs.</param>
    public static async Task<MeshStage> StartAsync(long serial, string? embedded = null)
    {
        var stage = new MeshStage();
        try
        {
            stage._folder.Write("pin.jwk", PublicHalf(stage._offline));
            if (embedded is not null)
                stage.Embedded = (embedded, [.. stage.KeysIn(embedded, stage.KeyFile(embedded)).Keys, .. stage.KeysIn(embedded, stage.SpareFile).Keys]);
            stage.Publish(stage.Signed(stage.Bundle(serial)), Names);
            await Task.WhenAll(Names.Select(stage.StartAsync));
            // None calls before all are there, and know all others.
            foreach (var name in Names)
                await stage.UntilAsync(name, state => !state.GetProperty("lacks_keys").GetBoolean());
            foreach (var name in Names)
                await stage._services[name].PostAsync("/faults/start");
            stage._started = FaultTime.Stamp;
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>The service whose keys stand in the bundle, and which.</summary>
    public (string Name, IReadOnlyList<VerificationKey> Keys) Embedded { get; set; }

    /// <summary>A key file that was made ahead for the service of <see cref="Embedded"/>, and lies where no service is.</summary>
    public string SpareFile => _folder.File("spare.json");

    public string KeyFile(string name) => _folder.File($"{name}.json");

    public KeySet KeysIn(string name, string keyFile) => SelfIssuingService.MakeKeys(_urls[name], keyFile);

    public TrustBundle Bundle(long serial) => Bundle(serial, Names);

    /// <summary>A bundle that names some of them alone: whoever takes it refuses the others.</summary>
    public TrustBundle Bundle(long serial, params string[] names) => new(serial, TimeProvider.System.GetUtcNow().AddDays(1), names.Select(name => new TrustEntry
    {
        Issuer = _urls[name],
        Keys = name == Embedded.Name ? new KeySet(Embedded.Keys) : null,
        Scopes = [Scope],
    }));

    /// <summary>A document as the operator signs it.</summary>
    public string Signed(TrustBundle bundle) => SignedTrustBundle.Sign(bundle, _offline);

    /// <summary>The operator's key signs what no operator would.</summary>
    public string Signed(byte[] json) => JwtSigner.Sign(_offline, json, SignedTrustBundle.Type);

    /// <summary>Puts a document in the place that these services look at, as whoever replaces a file should.</summary>
    public void Publish(string document, params string[] names)
    {
        foreach (var name in names)
            File.Move(_folder.Write("next", document), _folder.File($"{name}.bundle"), overwrite: true);
    }

    /// <summary>Waits until a service says of its bundle what is expected.</summary>
    public Task UntilBundleAsync(string name, Func<long?, string?, bool> isSo) =>
        UntilAsync(name, state => isSo(state.GetProperty("serial").Deserialize<long?>(), state.GetProperty("fault").GetString()));

    /// <summary>Kills a service and starts it again; requests that find nobody there meanwhile do not count.</summary>
    /// <param name="name">The service.</param>
    /// <param name="meanwhile">What is done while it is not there.</param>
    public async Task RestartAsync(string name, Action? meanwhile = null)
    {
        // What it counted is lost with it, but for this.
        Note(name, await CountsBetweenRotationsAsync(name));
        await _services[name].RestartAsync(meanwhile);
        await _services[name].PostAsync("/faults/start");
    }

    /// <summary>Somebody with a copy of a service's key file, who tries it on everybody else.</summary>
    public async Task<MeshThief> StartThiefAsync(string name)
    {
        var copy = _folder.File($"{name}.stolen");
        File.Copy(KeyFile(name), copy);
        var process = await FaultProcess.StartAsync("thief", ["--issuer", _urls[name], "--key-file", copy, .. Targets(Names.Where(other => other != name))]);
        return new MeshThief(process, KeysIn(name, copy));
    }

    /// <summary>How many keys of the service that changed them least have signed something that went over the wire.</summary>
    public async Task<int> FewestKeysAsync()
    {
        foreach (var name in Names)
            See(name, await CountsAsync(name));
        return _kids.Values.Min(kids => kids.Count);
    }

    /// <summary>Ends the load. Nothing was refused that should have passed, and nothing passed that should have been refused.</summary>
    public async Task<IReadOnlyList<FaultCounts>> EndAsync(string fault)
    {
        await FaultTime.ComesTrueAsync(async () => Pairs(await SoFarAsync()) is var all && all.Length == AllPairs && all.All(FaultCounts.AreLoad));
        foreach (var service in _services.Values)
            await service.PostAsync("/faults/stop");
        foreach (var name in Names)
            Note(name, await CountsAsync(name));
        FaultReport.Write(fault, FaultTime.Since(_started), _before, _kids.Values.Sum(kids => kids.Count));
        var wrong = _before.Where(counts => counts.WronglyRefused > 0 || counts.WronglyAccepted > 0).ToArray();
        Assert.True(wrong.Length == 0, $"{string.Join('\n', wrong.AsEnumerable())}\n{this}");
        var pairs = Pairs(_before);
        Assert.Equal(AllPairs, pairs.Length);
        Assert.All(pairs, pair => Assert.True(FaultCounts.AreLoad(pair), $"That was no load: {string.Join('\n', pair.AsEnumerable())}"));
        return _before;
    }

    public override string ToString() => string.Join('\n', _services.Values.Select(service => service.Process.ToString()));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
            await service.DisposeAsync();
        _folder.Dispose();
        _offline.Dispose();
    }

    private async Task UntilAsync(string name, Predicate<JsonElement> isSo)
    {
        var since = FaultTime.Stamp;
        while (await _services[name].GetAsync("/faults/bundle") is var state && !isSo(state))
        {
            Assert.True(FaultTime.Since(since) < Patience, $"{name} still says of its bundle: {state}");
            await FaultTime.PassAsync(0.1);
        }
    }

    private async Task StartAsync(string name) => _services[name] = await FaultProcess.StartAtAsync(_urls[name], "service", Settings(name));

    private string[] Settings(string name)
    {
        const string Scheme = "--Authentication:Schemes:Watchword:";
        string[] rotation = name != Embedded.Name ? ["--key-rotation", $"{KeyRotation}"] : [];
        // One keeps nothing on disk, and begins each time with what it fetches.
        string[] kept = name != "stock" ? [Scheme + "KeyFolder", _folder.File($"{name}.kept")] : [];
        return
        [
            "--key-file", KeyFile(name), Scheme + "Audience", _urls[name], Scheme + "Leeway", "00:00:10", Scheme + "KeyRefreshInterval", $"{KeyRefresh:c}",
            Scheme + "TrustBundle", _folder.File($"{name}.bundle"), Scheme + "TrustBundleKeyFiles", _folder.File("pin.jwk"), .. kept, .. rotation, .. Targets(Names.Where(peer => peer != name)),
        ];
    }

    private IEnumerable<string> Targets(IEnumerable<string> names) =>
        names.SelectMany(name => new[] { $"--target:{name}:url", _urls[name], $"--target:{name}:resource", _urls[name] });

    // A service that is away for as long as its standby must be published would come back with a key that nobody could have fetched. In
    // life that is a day, and fetching takes ten minutes; here it would be seconds. So: not just after a rotation, and not just before one,
    // also if it took long to ask for the counts.
    private async Task<JsonElement> CountsBetweenRotationsAsync(string name)
    {
        var since = FaultTime.Stamp;
        while (true)
        {
            var counts = await CountsAsync(name);
            if (name == Embedded.Name || IsBetweenRotations(name))
                return counts;
            Assert.True(FaultTime.Since(since) < Patience, $"{name} does not rotate its keys. {this}");
            await FaultTime.PassAsync(0.05);
        }
    }

    private bool IsBetweenRotations(string name)
    {
        var file = new ServiceKeyFile(KeyFile(name), _urls[name]);
        var age = TimeProvider.System.GetUtcNow() - file.Parse(file.Read()).Max(key => key.Scheduled.Published);
        return age >= 2 * KeyRefresh && age <= 8 * KeyRefresh;
    }

    private Task<JsonElement> CountsAsync(string name) => _services[name].GetAsync("/faults/counts");

    private async Task<IReadOnlyList<FaultCounts>> SoFarAsync()
    {
        var all = _before.ToList();
        foreach (var name in Names)
            all.AddRange(Counts(name, await CountsAsync(name)));
        return all;
    }

    private void Note(string name, JsonElement counts)
    {
        See(name, counts);
        _before.AddRange(Counts(name, counts));
    }

    private static IEnumerable<FaultCounts> Counts(string name, JsonElement counts) =>
        counts.GetProperty("targets").EnumerateObject().Select(each => new FaultCounts($"{name} -> {each.Name}", each.Value));

    private static FaultCounts[][] Pairs(IEnumerable<FaultCounts> all) => [.. all.GroupBy(counts => counts.Target).Select(pair => pair.ToArray())];

    private void See(string name, JsonElement counts) => _kids[name].UnionWith(counts.GetProperty("kids").EnumerateArray().Select(kid => kid.GetString()!));

    private static string PublicHalf(SigningKey key)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
            key.ToVerificationKey().ToJwk().WritePublicTo(json);
        return System.Text.Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
