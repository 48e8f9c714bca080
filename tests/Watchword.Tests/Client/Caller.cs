// A calling service as it is set up in these tests.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Client;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Client;

internal static class Caller
{
    public const string Resource = "https://billing";
    public const string ApiKey = "wwk_0123456789abcdef_0123456789012345678901234567890123456789012_012345";

    public static WatchwordClientOptions Options(string issuer) => new() { Issuer = issuer, ClientId = "orders", ApiKey = ApiKey };

    /// <summary>What asks the issuer. By default no time limit strikes: few of these tests are about time.</summary>
    public static WatchwordTokens Tokens(ScriptedIssuer issuer, TimeProvider? clock = null, Action<WatchwordClientOptions>? change = null)
    {
        var options = Options(issuer.Url);
        change?.Invoke(options);
        return new WatchwordTokens(options, clock: clock ?? new PatientClock());
    }

    /// <summary>A provider with the HttpClient "billing"; settings come from a configuration as in a host. No time limit strikes by default.</summary>
    public static ServiceProvider Provider(string issuer, Action<IHttpClientBuilder> client, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Watchword:Issuer"] = issuer,
            ["Watchword:ClientId"] = "orders",
            ["Watchword:ApiKey"] = ApiKey,
        }).Build());
        services.AddSingleton(clock ?? new PatientClock());
        client(services.AddHttpClient("billing"));
        return services.BuildServiceProvider();
    }

    /// <summary>The same for the usual client: base address of the target, one scope.</summary>
    public static ServiceProvider Provider(ScriptedIssuer issuer, ScriptedTarget target, TimeProvider? clock = null) =>
        Provider(issuer.Url, client => client.ConfigureHttpClient(http => http.BaseAddress = new Uri(target.Url)).AddWatchwordToken(Resource, "invoices:read"), clock);

    public static HttpClient Billing(this ServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("billing");
}
