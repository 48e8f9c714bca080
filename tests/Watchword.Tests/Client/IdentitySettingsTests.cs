// A service's own identity in a host: its settings are read and checked at the start, and what it publishes is for everybody.
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Watchword.AspNetCore;
using Watchword.Client;
using Watchword.Keys;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Client;

public sealed class IdentitySettingsTests : IDisposable
{
    private const string Prefix = "Watchword:Identity:";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Settings_are_read_and_code_goes_over_them()
    {
        await using var app = await StartAsync(Good(new()
        {
            ["Algorithm"] = "ES384",
            ["TokenLifetime"] = "00:02:00",
            ["KeyRotationInterval"] = "2.00:00:00",
            ["KeyPropagationTime"] = "01:00:00",
        }), options => options.TokenLifetime = TimeSpan.FromSeconds(30));
        var options = app.Services.GetRequiredService<IOptions<WatchwordIdentityOptions>>().Value;
        Assert.Equal(("https://orders.internal", _temp.File("keys.json"), SignatureAlgorithm.ES384), (options.Issuer, options.KeyFile, options.Algorithm));
        Assert.Equal((TimeSpan.FromDays(2), TimeSpan.FromHours(1)), (options.KeyRotationInterval, options.KeyPropagationTime));
        var identity = app.Services.GetRequiredService<ServiceIdentity>();
        Assert.Equal((TimeSpan.FromSeconds(30), "ES384"), (identity.TokenLifetime, identity.PublishedKeys.Keys[0].Algorithm.Name));
    }

    [Theory]
    [InlineData("Issuer", "", "Issuer is missing")]
    [InlineData("Issuer", "https://orders.internal/", "write https://orders.internal")]
    [InlineData("KeyFile", "", "KeyFile is missing")]
    [InlineData("Algorithm", "none", "Algorithm is not known")]
    [InlineData("Algorithm", "HS256", "key pair")]
    [InlineData("TokenLifetime", "60", "is not a length of time")]
    [InlineData("TokenLifetime", "00:00:09", "from 10 seconds to 1 hour")]
    [InlineData("KeyRotationInterval", "00:59:00", "1 hour to 366 days")]
    [InlineData("KeyPropagationTime", "00:15:00", "16 minutes")]
    public async Task A_faulty_setting_stops_the_start(string name, string value, string expected)
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(Good(new() { [name] = value })));
        Assert.Contains(fault.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"issuer":"https://billing.internal","keys":[]}""", UnixFileMode.UserRead | UnixFileMode.UserWrite, "of 'https://billing.internal', not of")]
    [InlineData("keys", UnixFileMode.UserRead | UnixFileMode.UserWrite, "is damaged")]
    [InlineData("""{"issuer":"https://orders.internal","keys":[]}""", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, "chmod 600")]
    public async Task A_key_file_that_cannot_be_used_stops_the_start(string content, UnixFileMode mode, string expected)
    {
        File.WriteAllText(_temp.File("keys.json"), content);
        File.SetUnixFileMode(_temp.File("keys.json"), mode);
        // Nothing asks for the identity before the host starts.
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => TargetApp.StartAsync(Good([]), services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddWatchwordIdentity();
        }));
        Assert.Contains("Watchword:Identity:KeyFile", Assert.Single(fault.Failures), StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(_temp.File("keys.json")));
    }

    [Fact]
    public async Task Its_keys_and_metadata_are_for_everybody_also_beside_a_fallback_policy()
    {
        await using var app = await StartAsync(Good([]));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetAsync("/", null)).StatusCode);
        var keys = await app.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.Equal(2, KeySet.Parse(keys).Keys.Count);
        Assert.DoesNotContain("\"d\"", System.Text.Encoding.UTF8.GetString(keys), StringComparison.Ordinal);
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" })
            Assert.Contains("\"jwks_uri\":\"https://orders.internal/.well-known/jwks.json\"", await app.Http.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
        using var post = await app.Http.PostAsync(new Uri("/.well-known/jwks.json", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Without_an_identity_there_is_nothing_to_publish() => Assert.Contains("AddWatchwordIdentity", (await Assert.ThrowsAsync<InvalidOperationException>(
        () => TargetApp.StartAsync(TargetApp.Settings("https://issuer.example"), endpoints: app => app.MapWatchwordIdentity()))).Message, StringComparison.Ordinal);

    private Dictionary<string, string?> Good(Dictionary<string, string?> changes)
    {
        var settings = TargetApp.Settings("https://issuer.example");
        settings[$"{Prefix}Issuer"] = "https://orders.internal";
        settings[$"{Prefix}KeyFile"] = _temp.File("keys.json");
        foreach (var (name, value) in changes)
            settings[Prefix + name] = value;
        return settings;
    }

    private static Task<TargetApp> StartAsync(Dictionary<string, string?> settings, Action<WatchwordIdentityOptions>? configure = null) => TargetApp.StartAsync(
        settings,
        services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            services.AddWatchwordIdentity(configure);
        },
        app => app.MapWatchwordIdentity());
}
