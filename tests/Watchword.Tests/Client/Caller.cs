// A calling service as it is set up in these tests.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Client;

namespace Watchword.Tests.Client;

internal static class Caller
{
    public const string Resource = "https://billing";
    public const string ApiKey = "wwk_0123456789abcdef_0123456789012345678901234567890123456789012_012345";

    public static WatchwordClientOptions Options(string issuer) => new() { Issuer = issuer, ClientId = "orders", ApiKey = ApiKey };

    public static WatchwordTokens Tokens(ScriptedIssuer issuer, TimeProvider? clock = null, Action<WatchwordClientOptions>? change = null)
    {
        var options = Options(issuer.Url);
        change?.Invoke(options);
        return new WatchwordTokens(options, clock: clock);
    }

    /// <summary>A provider with the HttpClient "billing"; settings come from a configuration as in a host.</summary>
    public static ServiceProvider Provider(string issuer, Action<IHttpClientBuilder> client, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Watchword:Issuer"] = issuer,
            ["Watchword:ClientId"] = "orders",
            ["Watchword:ApiKey"] = ApiKey,
        }).Build());
        if (clock is not null)
            services.AddSingleton(clock);
        client(services.AddHttpClient("billing"));
        return services.BuildServiceProvider();
    }

    /// <summary>The same for the usual client: base address of the target, one scope.</summary>
    public static ServiceProvider Provider(ScriptedIssuer issuer, ScriptedTarget target, TimeProvider? clock = null) =>
        Provider(issuer.Url, client => client.ConfigureHttpClient(http => http.BaseAddress = new Uri(target.Url)).AddWatchwordToken(Resource, "invoices:read"), clock);

    public static HttpClient Billing(this ServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("billing");

    /// <summary>Waits until something has become true, at most ten seconds.</summary>
    public static async Task EventuallyAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 1000 && !isSo(); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(isSo(), "it did not happen within ten seconds");
    }
}
