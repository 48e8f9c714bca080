// A target that follows a trust bundle: many issuers behind one AddWatchword, what the log, health and metrics say, and a trust that ends.
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Client;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class TrustBundleTests : IDisposable
{
    private const string Orders = "https://orders.internal";
    private const string Stock = "https://stock.internal";
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static SigningKey OrdersKey => SampleKeys.Of("ES256");

    private static SigningKey StockKey => SampleKeys.AnotherOf("ES256");

    private DateTimeOffset Expires { get; } = TimeProvider.System.GetUtcNow().AddDays(30);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Issuers_of_the_settings_and_of_the_bundle_are_trusted_beside_the_schemes_own()
    {
        await using var central = await IssuerDouble.StartedAsync();
        Write(1, Orders, Stock);
        await using var target = await StartAsync(central.Url);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(StockKey, Stock)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, CentralToken(central)));
        // Each by its own key alone.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, Token(OrdersKey, Stock)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, Token(OrdersKey, central.Url)));
        var line = Assert.Single(target.Log.Of("BundleTaken"));
        Assert.Contains("serial 1, 2 issuers, not verified by a pinned key", line.Text, StringComparison.Ordinal);
        Assert.Empty(target.Log.Of("BundleUnsigned"));
    }

    [Fact]
    public async Task An_entry_that_is_taken_out_is_refused_at_the_next_look_although_its_token_was_remembered()
    {
        Write(1, Orders, Stock);
        await using var target = await StartAsync();
        var token = Token(StockKey, Stock, TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, token));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, token));
        Write(2, Orders);
        await UntilLoggedAsync(target, "BundleTaken", 2);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, token));
        Assert.Contains(target.Log.Of("TokenRefused"), line => line.Text.Contains(RejectionCode.UnknownIssuer, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
    }

    [Fact]
    public async Task A_narrower_entry_holds_for_a_remembered_token_too()
    {
        var entry = FollowingTarget.Entry(OrdersKey, Orders) with { Scopes = ["invoices:read"] };
        Write(new TrustBundle(1, Expires, [entry]));
        await using var target = await StartAsync();
        var token = Token(OrdersKey, Orders, TimeSpan.FromHours(24), "invoices:read");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, token));
        Write(new TrustBundle(2, Expires, [entry with { Scopes = [] }]));
        await UntilLoggedAsync(target, "BundleTaken", 2);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, token));
        Assert.Contains(target.Log.Of("TokenRefused"), line => line.Text.Contains(RejectionCode.ClientNotAllowed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bundle_that_is_refused_or_expired_is_told_of_once_an_hour_and_the_service_is_degraded()
    {
        Write(2, Orders);
        await using var target = await StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(target)).Status);
        Write(1, Orders, Stock);
        await UntilLoggedAsync(target, "BundleNotTaken", 1);
        var line = Assert.Single(target.Log.Of("BundleNotTaken"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("goes on with serial 2", line.Text, StringComparison.Ordinal);
        Assert.Contains("an older bundle is never taken", line.Text, StringComparison.Ordinal);
        var health = await HealthAsync(target);
        Assert.Equal((HealthStatus.Degraded, 2L), (health.Status, health.Data["Watchword.bundle_serial"]));
        Assert.Contains("an older bundle", $"{health.Data["Watchword.bundle_fault"]}", StringComparison.Ordinal);
        Write(2, Orders);
        _clock.SetUtcNow(Expires);
        await UntilLoggedAsync(target, "BundleExpired", 1);
        health = await HealthAsync(target);
        Assert.Equal((HealthStatus.Degraded, 1), (health.Status, health.Data["Watchword.issuers"]));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
        _clock.SetUtcNow(Expires.AddDays(7));
        await UntilLoggedAsync(target, "BundleDropped", 1);
        Assert.Equal(HealthStatus.Unhealthy, (await HealthAsync(target)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, Token(OrdersKey, Orders)));
    }

    [Fact]
    public async Task A_bundle_at_a_url_is_kept_in_the_folder_and_without_a_signature_warned_about()
    {
        var bundle = new TrustBundle(1, Expires, [FollowingTarget.Entry(OrdersKey, Orders)]).ToJson();
        var server = await LoopbackServer.StartAsync(context => context.Response.Body.WriteAsync(bundle).AsTask());
        var settings = Settings(null, server.Url);
        settings["Authentication:Schemes:Watchword:KeyFolder"] = _temp.File("kept");
        await using (var target = await StartAsync(settings))
        {
            await FetchingTarget.UntilAsync(() => target.Log.Of("BundleTaken").Any());
            Assert.Equal(LogLevel.Warning, Assert.Single(target.Log.Of("BundleUnsigned")).Level);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
        }
        await server.DisposeAsync();
        await using var again = await StartAsync(settings);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(again, Token(OrdersKey, Orders)));
        await FetchingTarget.UntilAsync(() => again.Log.Of("BundleNotTaken").Any());
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync(again)).Status);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_any_more_does_not_keep_a_later_bundle_from_being_followed()
    {
        await using var central = await IssuerDouble.StartedAsync();
        Write(1, Orders, Stock);
        var settings = Settings();
        settings["Authentication:Schemes:Watchword:KeyFolder"] = _temp.File("kept");
        await using var target = await StartAsync(settings);
        File.SetUnixFileMode(_temp.File("kept"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        Write(new TrustBundle(2, Expires, [FollowingTarget.Entry(OrdersKey, Orders), new TrustEntry { Issuer = central.Url }]));
        await UntilLoggedAsync(target, "BundleTaken", 2);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, Token(StockKey, Stock)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(central.Key, central.Url)));
        Assert.Contains("chmod 700", target.Log.Of("KeyFolderFailed").First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serial_and_expiry_are_measured()
    {
        Write(7, Orders);
        var measured = new List<(string Name, long Value, string Tag)>();
        await using var target = await StartAsync();
        var meters = target.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name.StartsWith("watchword.bundle.", StringComparison.Ordinal))
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add((instrument.Name, value, $"{tags[0].Key}={tags[0].Value}")));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            [("watchword.bundle.expires", Expires.ToUnixTimeSeconds(), $"bundle={Place}"), ("watchword.bundle.serial", 7, $"bundle={Place}")],
            measured.Order());
    }

    [Fact]
    public async Task A_required_client_is_the_pair_and_without_an_issuer_of_its_own_a_scheme_knows_no_bare_name()
    {
        Write(1, Orders, Stock);
        await using var target = await TargetApp.StartAsync(Settings(), Services, app =>
        {
            app.MapGet("/pair", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClient(Orders, issuer: Orders));
            app.MapGet("/bare", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClient(Orders));
        });
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/pair", Token(OrdersKey, Orders))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/pair", Token(StockKey, Stock))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/bare", Token(OrdersKey, Orders))).StatusCode);
        Assert.Contains("names no issuer, and Watchword has none of its own", target.Log.Of("AccessRefused").Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_secret_and_a_bundle_go_together()
    {
        var secret = SharedSecret.Generate();
        Write(1, Orders);
        var settings = Settings("https://issuer.example");
        settings["Authentication:Schemes:Watchword:SharedSecret"] = secret.Reveal();
        settings["Authentication:Schemes:Watchword:KeyFolder"] = _temp.File("kept");
        await using var target = await StartAsync(settings);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(OrdersKey, Orders)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(target, Token(secret.ToSigningKey(), "https://issuer.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(target, Token(secret.ToSigningKey(), Orders)));
    }

    private string Place => _temp.File("bundle.json");

    private Dictionary<string, string?> Settings(string? issuer = null, string? place = null) => new()
    {
        ["Authentication:Schemes:Watchword:Issuer"] = issuer,
        ["Authentication:Schemes:Watchword:Audience"] = IssuerDouble.Audience,
        ["Authentication:Schemes:Watchword:TrustBundle"] = place ?? Place,
    };

    private Task<TargetApp> StartAsync(string? issuer = null) => StartAsync(Settings(issuer));

    private Task<TargetApp> StartAsync(Dictionary<string, string?> settings) =>
        TargetApp.StartAsync(settings.Where(setting => setting.Value is not null).ToDictionary(), Services);

    private void Services(IServiceCollection services)
    {
        services.AddAuthentication().AddWatchword(options => options.TimeProvider = _clock);
        services.AddHealthChecks().AddWatchword();
    }

    private static async Task<HealthReportEntry> HealthAsync(TargetApp target) =>
        (await target.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["watchword"];

    private static async Task<HttpStatusCode> AskAsync(TargetApp target, string token) => (await target.GetAsync("/", token)).StatusCode;

    private Task UntilLoggedAsync(TargetApp target, string name, int lines) =>
        FetchingTarget.UntilAsync(() => target.Log.Of(name).Count() >= lines, () => _clock.Advance(TimeSpan.FromSeconds(1)));

    private string CentralToken(IssuerDouble central) => Token(central.Key, central.Url);

    private string Token(SigningKey key, string issuer, TimeSpan? lifetime = null, string? scope = null) => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = issuer,
        Subject = issuer,
        ClientId = issuer,
        Audience = IssuerDouble.Audience,
        Scope = scope,
        IssuedAt = _clock.GetUtcNow(),
        Lifetime = lifetime ?? TimeSpan.FromMinutes(5),
    });

    private void Write(long serial, params string[] issuers) =>
        Write(new TrustBundle(serial, Expires, issuers.Select(issuer => FollowingTarget.Entry(issuer == Orders ? OrdersKey : StockKey, issuer))));

    private void Write(TrustBundle bundle)
    {
        File.WriteAllBytes(Place + ".new", bundle.ToJson());
        File.Move(Place + ".new", Place, overwrite: true);
    }
}
