// Settings are checked when the host starts: all faults in one exception, each with its key and its mend.
using Microsoft.Extensions.Options;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

public sealed class SettingsTests
{
    private const string Prefix = "Authentication:Schemes:Watchword:";

    [Fact]
    public async Task Issuer_and_audience_are_required()
    {
        var faults = await FaultsAsync([]);
        Assert.Equal(
            [
                $"{Prefix}Issuer is missing: set it to the issuer's URL, for example https://issuer.example.",
                $"{Prefix}Audience is missing: set it to this service's identifier, the resource its callers ask tokens for, for example https://billing.",
            ],
            faults);
    }

    [Fact]
    public async Task Every_fault_is_listed_at_once_with_its_key()
    {
        var faults = await FaultsAsync(new()
        {
            ["Issuer"] = "http://issuer.example",
            ["Audience"] = "two words",
            ["Audence"] = "https://billing",
            ["SharedSecret"] = "wws_secret",
            ["CaFile"] = "/nowhere/ca.pem",
            ["Leeway"] = "30",
            ["MaxTokenLifetime"] = "-00:00:01",
            ["Algorithms:0"] = "none",
        });
        string[] keys = ["Issuer", "Audience", "Audence", "SharedSecret", "CaFile", "Leeway", "MaxTokenLifetime", "Algorithms"];
        Assert.Equal(keys.Order(), faults.Select(fault => fault.Split(' ')[0][Prefix.Length..]).Order());
        Assert.All(faults, fault => Assert.EndsWith(".", fault));
        Assert.DoesNotContain(faults, fault => fault.Contains("wws_secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Issuer", "not a url", "is not an issuer's URL")]
    [InlineData("Issuer", "http://issuer.example", "plain http")]
    [InlineData("Issuer", "https://issuer.example/", "write https://issuer.example")]
    [InlineData("Issuer", "https://issuer.example/path", "write https://issuer.example")]
    [InlineData("Issuer", "https://issuer.example?x=1", "write https://issuer.example")]
    [InlineData("Issuer", " ", "is missing")]
    [InlineData("Audience", "", "is missing")]
    [InlineData("Audience:0", "https://billing", "give it one value")]
    [InlineData("Leeway", "00:06:00", "out of range")]
    [InlineData("Leeway", "-00:00:01", "out of range")]
    [InlineData("Leeway", "half a minute", "is not a length of time")]
    [InlineData("Leeway", "30", "is not a length of time")]
    [InlineData("KeyRefreshInterval", "00:00:09", "choose a time from 00:00:10 to 01:00:00")]
    [InlineData("KeyRefreshInterval", "01:00:01", "out of range")]
    [InlineData("KeepKeysFor", "00:59:59", "choose a time from 01:00:00 to 7.00:00:00")]
    [InlineData("KeepKeysFor", "7.00:00:01", "out of range")]
    [InlineData("KeepKeysFor", "24", "is not a length of time")]
    [InlineData("KeyFolder", "", "is not a folder to keep keys in")]
    [InlineData("KeyFolder", "/proc/watchword", "name a folder that this service may make or owns")]
    [InlineData("MaxTokenLifetime", "00:00:00", "out of range")]
    [InlineData("MaxTokenLifetime", "1.00:00:01", "out of range")]
    [InlineData("CachedTokens", "-1", "is not a number")]
    [InlineData("CachedTokens", "many", "is not a number")]
    [InlineData("CachedTokens", "9", "out of range")]
    [InlineData("CachedTokens", "1000001", "out of range")]
    [InlineData("Algorithms", "", "is empty")]
    [InlineData("Algorithms", "ES256 es384", "unknown algorithm")]
    [InlineData("Algorithms", "ES256,HS256", "none is set")]
    [InlineData("SharedSecret", "", "must hold one secret, or two")]
    [InlineData("SharedSecret", "wwk_0123456789abcdef_secret", "does not hold a usable secret")]
    [InlineData("SharedSecretFile", "", "cannot be read")]
    [InlineData("SharedSecretFile", "/nowhere/secret", "cannot be read")]
    [InlineData("SharedSecretFile", "/dev/zero", "larger than 4096 bytes")]
    [InlineData("CaFile", "", "cannot be read")]
    [InlineData("CaFile", "/dev/null", "holds no certificate")]
    [InlineData("ErrorUri", "", "is not an absolute https or http URL")]
    [InlineData("ErrorUri", "/rejections", "is not an absolute https or http URL")]
    [InlineData("ErrorUri", "ftp://docs.example/rejections", "is not an absolute https or http URL")]
    [InlineData("ErrorUri", "https://docs.example/rejections#codes", "without user name and fragment")]
    [InlineData("ErrorUri", "https://a:b@docs.example/rejections", "without user name and fragment")]
    [InlineData("ErrorUri", "https://docs.example/\"x", "printable characters without spaces")]
    [InlineData("ErrorUri", "https://docs.example/a b", "printable characters without spaces")]
    [InlineData("ErrorUri", "https://docs.example/caf\u00e9", "printable characters without spaces")]
    [InlineData("RequireHttpsMetadata", "false", "is not a setting of this scheme")]
    public async Task A_faulty_setting_stops_the_start(string name, string value, string expected)
    {
        var settings = new Dictionary<string, string?> { ["Issuer"] = "https://issuer.example", ["Audience"] = "https://billing" };
        if (name.StartsWith("Audience:", StringComparison.Ordinal))
            settings.Remove("Audience");
        settings[name] = value;
        var faults = await FaultsAsync(settings);
        Assert.Contains(faults, fault => fault.StartsWith(Prefix + name.Split(':')[0] + " ", StringComparison.Ordinal) && fault.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_of_keys_that_others_can_reach_stops_the_start()
    {
        using var temp = new TempFolder();
        var folder = Directory.CreateDirectory(temp.File("keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        var fault = Assert.Single(await FaultsAsync(new() { ["Issuer"] = "https://issuer.example", ["Audience"] = "https://billing", ["KeyFolder"] = folder.FullName }));
        Assert.StartsWith($"{Prefix}KeyFolder ", fault);
        Assert.Contains($"run: chmod 700 '{folder.FullName}'", fault);
    }

    [Fact]
    public async Task Shared_secrets_are_one_or_two_from_one_source_and_work_with_HS256_alone()
    {
        var three = Enumerable.Range(0, 3).Select(_ => SharedSecret.Generate().Reveal()).ToArray();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, three[..2], TestContext.Current.CancellationToken);
            var good = new Dictionary<string, string?> { ["Issuer"] = "https://issuer.example", ["Audience"] = "https://billing" };
            Assert.Empty(await FaultsAsync(new(good) { ["SharedSecretFile"] = file }));
            Assert.Empty(await FaultsAsync(new(good) { ["SharedSecret:0"] = three[0], ["SharedSecret:1"] = three[1], ["Algorithms"] = "HS256" }));
            Assert.Contains("or two", Assert.Single(await FaultsAsync(new(good) { ["SharedSecret"] = string.Join(' ', three) })));
            Assert.Contains("the same secret twice", Assert.Single(await FaultsAsync(new(good) { ["SharedSecret"] = $"{three[0]} {three[0]}" })));
            Assert.Contains("keep one of the two", Assert.Single(await FaultsAsync(new(good) { ["SharedSecret"] = three[0], ["SharedSecretFile"] = file })));
            Assert.Contains("does not fit SharedSecret", Assert.Single(await FaultsAsync(new(good) { ["SharedSecret"] = three[0], ["KeyFolder"] = "/var/keys" })));
            Assert.Contains("works with HS256 alone", Assert.Single(await FaultsAsync(new(good) { ["SharedSecret"] = three[0], ["Algorithms"] = "ES256" })));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Settings_in_configuration_are_read_and_code_goes_over_them()
    {
        using var folder = new TempFolder();
        var settings = Under(new()
        {
            ["Issuer"] = "https://issuer.example",
            ["Audience"] = "https://billing",
            ["Leeway"] = "00:00:10",
            ["MaxTokenLifetime"] = "01:00:00",
            ["CachedTokens"] = "500",
            ["KeyRefreshInterval"] = "00:05:00",
            ["KeepKeysFor"] = "2.00:00:00",
            ["KeyFolder"] = folder.File("keys"),
            ["Algorithms:0"] = "ES256",
            ["Algorithms:1"] = "RS256",
        });
        await using var target = await TargetApp.StartAsync(settings, services => services.AddAuthentication().AddWatchword(options => options.Audience = "https://code"));
        var options = target.Services.GetRequiredService<IOptionsMonitor<WatchwordOptions>>().Get("Watchword");
        Assert.Equal("https://issuer.example", options.Issuer);
        Assert.Equal("https://code", options.Audience);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Leeway);
        Assert.Equal(TimeSpan.FromHours(1), options.MaxTokenLifetime);
        Assert.Equal(500, options.CachedTokens);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromDays(2), folder.File("keys")), (options.KeyRefreshInterval, options.KeepKeysFor, options.KeyFolder));
        Assert.Equal([SignatureAlgorithm.ES256, SignatureAlgorithm.RS256], options.Algorithms!);
    }

    [Theory]
    [InlineData(500, 0)]
    [InlineData(501, 1)]
    public async Task An_error_page_has_a_URL_of_500_characters_at_most(int length, int faults) =>
        Assert.Equal(faults, (await FaultsAsync(new() { ["Issuer"] = "https://issuer.example", ["Audience"] = "https://billing", ["ErrorUri"] = "https://docs.example/".PadRight(length, 'a') })).Length);

    private static Dictionary<string, string?> Under(Dictionary<string, string?> settings) =>
        settings.ToDictionary(setting => Prefix + setting.Key, setting => setting.Value);

    internal static async Task<string[]> FaultsAsync(Dictionary<string, string?> settings)
    {
        try
        {
            await using var target = await TargetApp.StartAsync(Under(settings));
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
    }
}
