// A service that issues for itself, as in a fleet with no centre: it calls its peers, is called by them, and its keys rotate within seconds.
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Watchword.AspNetCore;
using Watchword.Client;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.FaultProcess;

internal static class ServiceRole
{
    /// <summary>What callers must hold, and what the bundle lets each of them claim.</summary>
    public const string Scope = "calls:make";

    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        var peers = CalledTarget.Read(builder.Configuration);
        var tally = new Tally();
        var seen = new SeenTokens(tally);
        var network = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 50 };
        // In the place of AddWatchwordIdentity, whose settings allow no such times.
        builder.Services.AddSingleton(_ => Open(builder.Configuration));
        builder.Services.AddSingleton(services => new SelfIssuedTokens(services.GetRequiredService<ServiceIdentity>()));
        foreach (var peer in peers)
        {
            builder.Services.AddHttpClient(peer.Name, http => (http.BaseAddress, http.Timeout) = (peer.Url, Witness.LongestWait))
                .AddWatchwordSelfIssued(peer.Resource, Scope)
                .ConfigurePrimaryHttpMessageHandler(() => new Witness(peer, tally, seen, network))
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        }
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddWatchword(options => options.ShortestKeyRefresh = TimeSpan.FromMilliseconds(100));
        builder.Services.AddHealthChecks().AddWatchword();
        var app = builder.Build();
        app.MapWatchwordIdentity();
        app.MapGet("/", context => context.Response.WriteAsync("yes")).RequireScope(Scope);

        var identity = app.Services.GetRequiredService<ServiceIdentity>();
        var clients = app.Services.GetRequiredService<IHttpClientFactory>();
        var forged = new ForgedTokens(identity.Issuer, builder.Configuration.Need("key-file"));
        var load = new PeerLoad(identity, forged, peers, peer => clients.CreateClient(peer.Name), network) { Tally = tally, Seen = seen };
        app.MapPost("/faults/start", _ =>
        {
            load.Start();
            return Task.CompletedTask;
        });
        app.MapPost("/faults/stop", _ => load.StopAsync());
        app.MapGet("/faults/counts", context => context.AnswerAsync(200, tally.ToJson()));
        app.MapGet("/faults/bundle", async context => await context.AnswerAsync(200, Bundle(await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync())));
        app.Lifetime.ApplicationStopped.Register(load.Dispose);
        return app;
    }

    private static ServiceIdentity Open(IConfiguration settings)
    {
        var identity = new ServiceIdentity(new ServiceIdentityOptions
        {
            Issuer = settings.Need("url"),
            KeyFile = settings.Need("key-file"),
            TokenLifetime = TimeSpan.FromSeconds(20),
            Policy = settings.Seconds("key-rotation") is { } rotation
                ? new KeyPolicy { RotationInterval = rotation, Propagation = rotation, LongestDelay = rotation, Retention = TimeSpan.FromSeconds(45) }
                : null,
        }, TimeProvider.System);
        identity.Start();
        return identity;
    }

    private static string Bundle(HealthReport health)
    {
        var (data, reasons) = (health.Entries["watchword"].Data, health.Entries["watchword"].Description);
        return new JsonObject
        {
            ["lacks_keys"] = reasons?.Contains("there is no key of", StringComparison.Ordinal) == true,
            ["serial"] = data.TryGetValue("Watchword.bundle_serial", out var serial) ? (long)serial : null,
            ["fault"] = data.TryGetValue("Watchword.bundle_fault", out var fault) ? (string)fault : null,
        }.ToJsonString();
    }
}
