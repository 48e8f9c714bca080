// What is around the services: a folder, a URL and settings for each, and the one bundle that says who is trusted.
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Watchword.Keys;
using Watchword.Trust;

namespace Mesh;

internal sealed class Fleet : IAsyncDisposable
{
    private const string Scheme = "Authentication:Schemes:Watchword:";
    private readonly string _folder = Directory.CreateTempSubdirectory("watchword-mesh-").FullName;
    private readonly Dictionary<string, string> _urls;
    private readonly Dictionary<string, Service> _running = [];

    public Fleet()
    {
        // ASP.NET Core keeps a key ring for cookies in the home folder, where a sample has no business.
        Environment.SetEnvironmentVariable("HOME", _folder);
        _urls = FreeUrls([.. Plan.Shop.Append(Plan.Stranger).Select(plan => plan.Name)]);
        Bundle = new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(90), Plan.Shop.Select(Entry), "the shop");
    }

    /// <summary>Whom everybody in the fleet trusts, and how far.</summary>
    public TrustBundle Bundle { get; }

    /// <summary>The <c>kid</c> of the key that has signed the bundle.</summary>
    public string SignedBy { get; private set; } = "";

    public string BundleFile => Path.Combine(_folder, "shop.bundle");

    public string PictureFile => Path.Combine(_folder, "mesh.svg");

    public Service this[string name] => _running[name];

    public string UrlOf(string name) => _urls[name];

    public string NameOf(string url) => _urls.Single(each => each.Value == url).Key;

    /// <summary>The settings of one service, which in a fleet of yours are in its appsettings.json or its environment. There is no secret among them.</summary>
    public Dictionary<string, string?> SettingsOf(string name) => new()
    {
        ["Watchword:Identity:Issuer"] = UrlOf(name),
        ["Watchword:Identity:KeyFile"] = Path.Combine(_folder, name, "identity.json"),
        [Scheme + "Audience"] = UrlOf(name),
        [Scheme + "TrustBundle"] = BundleFile,
        [Scheme + "TrustBundleKeyFiles"] = PinFile,
        [Scheme + "KeyFolder"] = Path.Combine(_folder, name, "kept"),
    };

    /// <summary>Writes the bundle, signed by a key that is used for nothing else and that no service has.</summary>
    public void Publish()
    {
        // An operator does this at a machine of his own: watchword key generate, bundle create, bundle sign.
        using var offline = SigningKey.Generate(SignatureAlgorithm.ES256);
        File.WriteAllText(BundleFile, SignedTrustBundle.Sign(Bundle, offline));
        File.WriteAllBytes(PinFile, PublicHalf(offline));
        SignedBy = offline.KeyId;
    }

    public async Task StartAsync(Plan plan)
    {
        Directory.CreateDirectory(Path.Combine(_folder, plan.Name));
        var service = _running[plan.Name] = new Service(plan, this);
        await service.StartAsync();
    }

    public async Task StopAsync(string name)
    {
        if (_running.Remove(name, out var service))
            await service.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _running.Keys.ToArray())
            await StopAsync(name);
        Directory.Delete(_folder, recursive: true);
    }

    private string PinFile => Path.Combine(_folder, "bundle-key.jwk");

    // No keys stand here: each service publishes its own, and they rotate without a new bundle.
    private TrustEntry Entry(Plan plan) => new() { Issuer = UrlOf(plan.Name), Scopes = plan.Scopes, Comment = plan.Name };

    private static byte[] PublicHalf(SigningKey key)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
            key.ToVerificationKey().ToJwk().WritePublicTo(json);
        return text.WrittenSpan.ToArray();
    }

    // All at once, so that no two services get the same.
    private static Dictionary<string, string> FreeUrls(string[] names)
    {
        var listeners = names.ToDictionary(name => name, _ => new TcpListener(IPAddress.Loopback, 0));
        foreach (var listener in listeners.Values)
            listener.Start();
        var urls = listeners.ToDictionary(each => each.Key, each => $"http://{each.Value.LocalEndpoint}");
        foreach (var listener in listeners.Values)
            listener.Dispose();
        return urls;
    }
}
