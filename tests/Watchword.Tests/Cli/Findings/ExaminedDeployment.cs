// A deployment in a folder, for tests of the doctor: settings and bundles as files, read as the command reads them.
using System.Text;
using Watchword.Cli;
using Watchword.Cli.Findings;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Cli.Findings;

internal sealed class ExaminedDeployment : IDisposable
{
    public const string Central = "https://auth.example";
    private readonly TempFolder _temp = new();
    private readonly List<string> _settings = [];
    private readonly List<string> _bundleKeys = [];
    private string? _bundle;

    /// <summary>What is said beside the findings.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    public IssuerAnswer? Asked { get; set; }

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string PathOf(string name) => Path.Combine(_temp.Path, name);

    /// <summary>Writes a file that only this user may write to.</summary>
    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Adds a target with an audience, and members of its scheme: JSON, each ending with a comma.</summary>
    public string AddTarget(string audience, string members = $"\"Issuer\":\"{Central}\",", string? identity = null, string? file = null)
    {
        var name = $"{file ?? new Uri(audience).Host}/appsettings.json";
        var service = identity is null ? "" : $",\"Watchword\":{{\"Identity\":{identity}}}";
        var scheme = $"{{{members}\"Audience\":\"{audience}\"}}";
        _settings.Add(Write(name, $"{{\"Authentication\":{{\"Schemes\":{{\"Watchword\":{scheme}}}}}{service}}}"));
        return name;
    }

    /// <summary>Adds a service that issues for itself and trusts others that do.</summary>
    public void AddService(string issuer, params string[] trusted) => AddTarget(
        issuer, $$""" "Leeway":"00:00:05","Issuers":[{{string.Join(',', trusted.Select(each => $$"""{"Issuer":"{{each}}"}"""))}}],""",
        $$"""{"Issuer":"{{issuer}}","KeyFile":"service.keys"}""");

    public void AddSettings(string path) => _settings.Add(path);

    /// <summary>Looks at a bundle too.</summary>
    public void UseBundle(string place, params string[] keyFiles)
    {
        _bundle = place;
        _bundleKeys.AddRange(keyFiles);
    }

    /// <summary>The text of a bundle, signed where a key is given.</summary>
    public static string BundleText(SigningKey? key, TimeSpan life, params TrustEntry[] entries)
    {
        var bundle = new TrustBundle(7, Now + life, entries);
        return key is null ? Encoding.UTF8.GetString(bundle.ToJson()) : SignedTrustBundle.Sign(bundle, key);
    }

    /// <summary>The public key as a file.</summary>
    public string WriteKey(string name, SigningKey key) => Write(name, BatchedJson(key));

    public static SubjectPatterns Patterns(params string[] patterns)
    {
        Assert.True(SubjectPatterns.TryParse(patterns, out var subjects, out _));
        return subjects;
    }

    public async Task<IReadOnlyList<Finding>> ExamineAsync(bool fetches = false)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(() => Stream.Null, output, output, TimeProvider.System);
        var reading = new DeploymentReading(new DeploymentRequest(_settings, _bundle, _bundleKeys) { Fetches = fetches }, terminal);
        var deployment = await reading.ReadAsync(Asked, default);
        Notes = reading.Notes;
        return [.. DeploymentDoctor.Examine(deployment)];
    }

    /// <summary>The one thing that is found.</summary>
    public async Task<Finding> FindAsync(bool fetches = false) => Assert.Single(await ExamineAsync(fetches));

    public void Dispose() => _temp.Dispose();

    private static string BatchedJson(SigningKey key)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new System.Text.Json.Utf8JsonWriter(json))
            key.ToVerificationKey().ToJwk().WritePublicTo(writer);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
