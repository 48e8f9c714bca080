// Settings come from the configuration, the environment or code; every fault is told at once, before anything is sent.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Watchword.Client;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class ClientSettingsTests
{
    [Fact]
    public async Task A_host_does_not_start_with_faulty_settings_and_says_all_that_is_wrong()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Watchword:Issuer"] = "http://issuer.example",
            ["Watchword:ApiKey"] = ApiKey,
            ["Watchword:ApiKeyFile"] = "/run/secrets/key",
            ["Watchword:CaFile"] = "/nowhere/ca.pem",
            ["Watchword:TokenEndpoint"] = "http://issuer.example/token",
        });
        builder.Services.AddHttpClient("billing").AddWatchwordToken(Resource, "invoices:read");
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        string[] wrong = ["Watchword:Issuer", "Watchword:ClientId", "Watchword:ApiKey and Watchword:ApiKeyFile", "Watchword:CaFile", "Watchword:TokenEndpoint"];
        Assert.Equal(wrong.Length, refused.Failures.Count());
        Assert.All(wrong.Zip(refused.Failures), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain(ApiKey, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_works_through_the_stock_configuration()
    {
        var prefix = "WWTEST" + Guid.NewGuid().ToString("N") + "_";
        Environment.SetEnvironmentVariable(prefix + "Watchword__Issuer", "https://issuer.example");
        Environment.SetEnvironmentVariable(prefix + "Watchword__ClientId", "orders");
        Environment.SetEnvironmentVariable(prefix + "Watchword__ApiKey", ApiKey);
        Environment.SetEnvironmentVariable(prefix + "Watchword__ApiKeyFile", "");
        Environment.SetEnvironmentVariable(prefix + "Watchword__SecondApiKeyFile", "/run/secrets/next");
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddEnvironmentVariables(prefix).Build());
        services.AddWatchwordClient();
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<WatchwordClientOptions>>().Value;
        Assert.Equal(("https://issuer.example", "orders", ApiKey, null), (options.Issuer, options.ClientId, options.ApiKey, options.ApiKeyFile));
        Assert.Equal((null, "/run/secrets/next"), (options.SecondApiKey, options.SecondApiKeyFile));
    }

    [Fact]
    public void Code_has_the_last_word_and_needs_no_configuration()
    {
        var services = new ServiceCollection();
        services.AddWatchwordClient(options => (options.Issuer, options.ClientId, options.ApiKey) = ("https://code.example", "orders", ApiKey));
        services.AddHttpClient("billing").AddWatchwordToken(Resource);
        using var provider = services.BuildServiceProvider();
        Assert.Equal("https://code.example", provider.GetRequiredService<IOptions<WatchwordClientOptions>>().Value.Issuer);
        Assert.Same(provider.GetRequiredService<WatchwordTokens>(), provider.GetRequiredService<WatchwordTokens>());
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("wws_0123456789abcdef_0123456789012345678901234567890123456789012", "shared with a target")]
    [InlineData("two words", "is not an API key")]
    [InlineData("line\nbreak", "is not an API key")]
    [InlineData("schl\u00fcssel", "is not an API key")]
    public void A_key_that_cannot_be_one_is_refused_at_the_start(string key, string fault)
    {
        var options = Options("https://issuer.example");
        options.ApiKey = key;
        var refused = Assert.Throws<OptionsValidationException>(() => new WatchwordTokens(options));
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
        if (key.Length > 0)
            Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_that_is_missing_or_too_long_is_refused_at_the_start()
    {
        var options = Options("https://issuer.example");
        options.ApiKey = null;
        options.ApiKeyFile = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        Assert.Contains("cannot be read", Assert.Throws<OptionsValidationException>(() => new WatchwordTokens(options)).Message, StringComparison.Ordinal);
        try
        {
            File.WriteAllText(options.ApiKeyFile, new string('k', 100_000));
            Assert.Contains("too long", Assert.Throws<OptionsValidationException>(() => new WatchwordTokens(options)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(options.ApiKeyFile);
        }
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://issuer.example/token")]
    [InlineData("https://user:password@issuer.example/token")]
    [InlineData("https://issuer.example/token#part")]
    [InlineData("http://127.0.0.1.evil.example/token")]
    public void A_token_endpoint_that_is_not_safe_is_refused_at_the_start(string endpoint)
    {
        var options = Options("https://issuer.example");
        options.TokenEndpoint = endpoint;
        Assert.Contains("Watchword:TokenEndpoint", Assert.Throws<OptionsValidationException>(() => new WatchwordTokens(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_is_attached_once_and_by_one_client()
    {
        using var twice = Provider("https://issuer.example", client => client.ConfigureHttpClient(http => http.BaseAddress = new Uri("https://billing")).AddWatchwordToken(Resource).AddWatchwordToken(Resource));
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => twice.Billing()).Message, StringComparison.Ordinal);

        var services = new ServiceCollection();
        Assert.Throws<InvalidOperationException>(() => services.ConfigureHttpClientDefaults(client => client.AddWatchwordToken(Resource)));
        Assert.Throws<ArgumentException>(() => services.AddHttpClient("x").AddWatchwordToken("no uri"));
        Assert.Throws<ArgumentException>(() => services.AddHttpClient("x").AddWatchwordToken(Resource, origin: new Uri("http://billing.example")));
    }
}
