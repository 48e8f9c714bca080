// The settings that say whom else a target trusts: read from configuration, and checked with all others when the host starts.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class TrustSettingsTests : IDisposable
{
    private const string Prefix = "Authentication:Schemes:Watchword:";
    private readonly TempFolder _temp = new();

    private static SigningKey Key => SampleKeys.Of("ES256");

    private static SigningKey Pin => SampleKeys.Of("ES384");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Every_trust_setting_is_read()
    {
        var bundle = _temp.Write("bundle", SignedTrustBundle.Sign(new TrustBundle(1, DateTimeOffset.MaxValue, []), Pin));
        var settings = new Dictionary<string, string?>
        {
            [$"{Prefix}Audience"] = "https://billing",
            [$"{Prefix}TrustBundle"] = bundle,
            [$"{Prefix}TrustBundleKeyFiles:0"] = WritePin("pin.jwk", Pin),
            [$"{Prefix}KeepExpiredBundleFor"] = "1.00:00:00",
            [$"{Prefix}Issuers:0:Issuer"] = "https://keycloak.example/realms/fleet",
            [$"{Prefix}Issuers:0:JwksUri"] = "https://keycloak.example/certs",
            [$"{Prefix}Issuers:0:Algorithms:0"] = "RS256",
            [$"{Prefix}Issuers:0:Subjects"] = "orders batch-*",
            [$"{Prefix}Issuers:0:Scopes:0"] = "invoices:read",
            [$"{Prefix}Issuers:0:MaxLifetime"] = "00:10:00",
            [$"{Prefix}Issuers:0:Profile"] = "keycloak",
            [$"{Prefix}Issuers:1:Issuer"] = "https://orders.internal",
            [$"{Prefix}Issuers:1:JwksFile"] = _temp.Write("orders.jwks", System.Text.Encoding.UTF8.GetString(new KeySet([Key.ToVerificationKey()]).ToJson())),
            [$"{Prefix}Issuers:2:Issuer"] = "https://stock.internal",
            [$"{Prefix}Issuers:2:MetadataUri"] = "https://stock.internal/metadata",
        };
        await using var target = await TargetApp.StartAsync(settings);
        var options = target.Services.GetRequiredService<IOptionsMonitor<WatchwordOptions>>().Get("Watchword");
        Assert.Null(options.Issuer);
        Assert.Equal((bundle, TimeSpan.FromDays(1)), (options.TrustBundle, options.KeepExpiredBundleFor));
        Assert.Equal([_temp.File("pin.jwk")], options.TrustBundleKeyFiles!);
        var stock = options.Issuers![0];
        Assert.Equal(("https://keycloak.example/realms/fleet", "https://keycloak.example/certs", TokenProfile.Keycloak), (stock.Issuer, stock.JwksUri, stock.Profile));
        Assert.Equal((SignatureAlgorithm.RS256, TimeSpan.FromMinutes(10)), (Assert.Single(stock.Algorithms!), stock.MaxLifetime));
        Assert.Equal(["orders", "batch-*"], stock.Subjects!.Patterns);
        Assert.Equal(["invoices:read"], stock.Scopes);
        Assert.Equal(Key.KeyId, Assert.Single(options.Issuers[1].Keys!.Keys).KeyId);
        Assert.Equal((null, "https://stock.internal/metadata"), (options.Issuers[1].Subjects, options.Issuers[2].MetadataUri));
    }

    [Theory]
    [InlineData("TrustBundle", "", "is empty")]
    [InlineData("TrustBundle", "http://auth.example/bundle", "write https://")]
    [InlineData("TrustBundle", "ftp://auth.example/bundle", "neither a path nor an https URL")]
    [InlineData("TrustBundle", "https://a:b@auth.example/bundle", "user name")]
    [InlineData("TrustBundle", "/nowhere/bundle.json", "names no bundle to follow")]
    [InlineData("TrustBundle", "/dev/null", "names no bundle to follow")]
    [InlineData("TrustBundleKeyFiles", "/nowhere/pin.jwk", "needs TrustBundle")]
    [InlineData("KeepExpiredBundleFor", "30.00:00:01", "out of range")]
    [InlineData("KeepExpiredBundleFor", "-00:00:01", "out of range")]
    [InlineData("KeepExpiredBundleFor", "7", "is not a length of time")]
    [InlineData("Issuers", "https://a.example", "is not a list")]
    [InlineData("Issuers:0:Issuer", "orders", "not a URL")]
    [InlineData("Issuers:0:Issuer", "http://a.example", "not https")]
    [InlineData("Issuers:0:Issuer", "https://issuer.example", "is the Issuer of this scheme too")]
    [InlineData("Issuers:0:Subject", "*", "Subject, which is not known")]
    [InlineData("Issuers:0:Subjects", "", "one subject or more")]
    [InlineData("Issuers:0:Subjects", "a*b", "star")]
    [InlineData("Issuers:0:Scopes", "a\"b", "scopes that are none")]
    [InlineData("Issuers:0:Algorithms", "none", "algorithm none, which is not known")]
    [InlineData("Issuers:0:Algorithms", "HS256", "asymmetric")]
    [InlineData("Issuers:0:MaxLifetime", "60", "is not a length of time")]
    [InlineData("Issuers:0:MaxLifetime", "2.00:00:00", "from 1 s to 24 h")]
    [InlineData("Issuers:0:Profile", "lenient", "write one of rfc9068, keycloak")]
    [InlineData("Issuers:0:JwksUri", "http://a.example/keys", "jwks_uri that is not https")]
    [InlineData("Issuers:0:JwksFile", "/nowhere/keys", "cannot be read")]
    [InlineData("Issuers:0:JwksFile", "/dev/null", "other users may write to")]
    public async Task A_faulty_trust_setting_stops_the_start(string name, string value, string expected)
    {
        var settings = new Dictionary<string, string?> { ["Issuer"] = "https://issuer.example", ["Audience"] = "https://billing" };
        if (name.StartsWith("Issuers:", StringComparison.Ordinal))
            settings["Issuers:0:Issuer"] = "https://a.example";
        settings[name] = value;
        var faults = await SettingsTests.FaultsAsync(settings);
        Assert.Contains(faults, fault => fault.StartsWith($"{Prefix}{name.Split(':')[0]} ", StringComparison.Ordinal) && fault.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_issuer_of_its_own_is_required_where_something_belongs_to_it()
    {
        var others = new Dictionary<string, string?> { ["Audience"] = "https://billing", ["Issuers:0:Issuer"] = "https://a.example" };
        Assert.Empty(await SettingsTests.FaultsAsync(others));
        Assert.Contains("the secret is shared with", Assert.Single(await SettingsTests.FaultsAsync(new(others) { ["SharedSecret"] = SharedSecret.Generate().Reveal() })));
        Assert.Contains("to which Algorithms belong", Assert.Single(await SettingsTests.FaultsAsync(new(others) { ["Algorithms"] = "ES256" })));
        Assert.Contains("is missing", Assert.Single(await SettingsTests.FaultsAsync(new() { ["Audience"] = "https://billing" })));
    }

    [Fact]
    public async Task A_file_without_a_key_set_is_a_fault()
    {
        var settings = new Dictionary<string, string?> { ["Audience"] = "https://billing", ["Issuers:0:Issuer"] = "https://a.example" };
        Assert.Contains("holds no key set", Assert.Single(await SettingsTests.FaultsAsync(new(settings) { ["Issuers:0:JwksFile"] = _temp.Write("none", "[]") })));
        Assert.Contains("without a key that can be used", Assert.Single(await SettingsTests.FaultsAsync(new(settings) { ["Issuers:0:JwksFile"] = _temp.Write("empty", """{"keys":[]}""") })));
    }

    [Fact]
    public async Task Two_issuers_never_share_a_key()
    {
        var keys = _temp.Write("keys", System.Text.Encoding.UTF8.GetString(new KeySet([Key.ToVerificationKey()]).ToJson()));
        Assert.Contains("have the same key", Assert.Single(await SettingsTests.FaultsAsync(new()
        {
            ["Audience"] = "https://billing",
            ["Issuers:0:Issuer"] = "https://a.example",
            ["Issuers:0:JwksFile"] = keys,
            ["Issuers:1:Issuer"] = "https://b.example",
            ["Issuers:1:JwksFile"] = keys,
        })));
    }

    [Fact]
    public async Task Pinned_keys_are_one_or_two_public_ones_that_nobody_else_may_write()
    {
        _temp.Write("bundle", SignedTrustBundle.Sign(new TrustBundle(1, DateTimeOffset.MaxValue, []), Pin));
        var pin = WritePin("pin.jwk", Pin);
        var other = WritePin("other.jwk", SampleKeys.AnotherOf("ES384"));
        Assert.Empty(await FaultsAsync(pin, other));
        Assert.Contains("one file, or two", Assert.Single(await FaultsAsync(pin, other, pin)));
        Assert.Contains("two keys of one kid", Assert.Single(await FaultsAsync(pin, pin)));
        Assert.Contains("cannot be read", Assert.Single(await FaultsAsync("/nowhere/pin")));
        Assert.Contains("holds no usable key", Assert.Single(await FaultsAsync(_temp.Write("none", "{}"))));
        var secret = _temp.WriteSecret("private", KeyFile.Json(Pin.ToPrivateJwk()));
        Assert.Contains("a key that is not public", Assert.Single(await FaultsAsync(secret)));
        File.SetUnixFileMode(pin, UnixFileMode.UserRead | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        Assert.Contains($"chmod go-w '{pin}'", Assert.Single(await FaultsAsync(pin)));
        Assert.Contains("not signed by a pinned key", Assert.Single(await FaultsAsync(other)));
    }

    private Task<string[]> FaultsAsync(params string[] pins)
    {
        var settings = new Dictionary<string, string?> { ["Audience"] = "https://billing", ["TrustBundle"] = _temp.File("bundle") };
        for (var at = 0; at < pins.Length; at++)
            settings[$"TrustBundleKeyFiles:{at}"] = pins[at];
        return SettingsTests.FaultsAsync(settings);
    }

    private string WritePin(string name, SigningKey key)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(text))
            key.ToVerificationKey().ToJwk().WritePublicTo(json);
        return _temp.Write(name, System.Text.Encoding.UTF8.GetString(text.WrittenSpan));
    }
}
