// A service that issues for itself, as a user writes it: client and target library in one host, on a port of its own.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Tests.AspNetCore;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

internal sealed class SelfIssuingService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SelfIssuingService(WebApplication app, CapturedLog log) => (_app, Log) = (app, log);

    public CapturedLog Log { get; }

    /// <summary>Makes the key file of a service that is yet to be started, and says what it will publish.</summary>
    public static KeySet MakeKeys(string url, string keyFile)
    {
        using var identity = new ServiceIdentity(new ServiceIdentityOptions { Issuer = url, KeyFile = keyFile }, TimeProvider.System);
        return identity.PublishedKeys;
    }

    public static async Task<SelfIssuingService> StartAsync(string url, string keyFile, string bundle, string peer, TimeProvider clock, string? centralIssuer = null, Action<WatchwordOptions>? configure = null)
    {
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls(url);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Watchword:Identity:Issuer"] = url,
            ["Watchword:Identity:KeyFile"] = keyFile,
            ["Authentication:Schemes:Watchword:Audience"] = url,
            ["Authentication:Schemes:Watchword:TrustBundle"] = bundle,
        });
        builder.Services.AddSingleton(clock);
        builder.Services.AddWatchwordIdentity();
        builder.Services.AddHttpClient("peer", http => http.BaseAddress = new Uri(peer)).AddWatchwordSelfIssued(peer, "invoices:read");
        builder.Services.AddHttpClient("greedy", http => http.BaseAddress = new Uri(peer)).AddWatchwordSelfIssued(peer, "invoices:read invoices:write");
        builder.Services.AddAuthentication().AddWatchword(options =>
        {
            (options.Issuer, options.TimeProvider) = (centralIssuer, clock);
            configure?.Invoke(options);
        });
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.MapWatchwordIdentity();
        app.MapGet("/invoices", context => context.Response.WriteAsync(context.User.Identity!.Name!))
            .RequireAuthorization(policy => policy.RequireScope("invoices:read"));
        app.MapGet("/closing", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClient("orders"));
        await app.StartAsync();
        return new SelfIssuingService(app, log);
    }

    /// <summary>Calls the peer, with tokens that this service issues itself.</summary>
    public async Task<(HttpStatusCode Status, string Body)> CallAsync(string path = "/invoices", string client = "peer")
    {
        using var http = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(client);
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
