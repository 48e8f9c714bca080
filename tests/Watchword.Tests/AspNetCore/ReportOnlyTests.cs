// A requirement that is only watched until a day: it lets verified callers pass and says whom it would have refused. Verification is never watched.
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Tests.AspNetCore;

public sealed class ReportOnlyTests
{
    private static readonly string[] Paths = ["/endpoint", "/policy", "/attribute"];
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private DateOnly Tomorrow => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime).AddDays(1);

    [Fact]
    public async Task Until_its_day_a_scope_is_watched_and_from_then_on_demanded()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        foreach (var path in Paths)
            Assert.Equal((path, HttpStatusCode.OK), (path, (await target.GetAsync(path, Token(issuer, "invoices:read"))).StatusCode));
        var lines = target.Log.Of("AccessReportOnly").ToArray();
        Assert.Equal(Paths.Length, lines.Length);
        Assert.All(lines, line => Assert.Contains($"would refuse access from {Tomorrow:yyyy-MM-dd} on: insufficient_scope (scope).", line.Text, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("client orders", line.Text, StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromDays(1));
        foreach (var path in Paths)
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await target.GetAsync(path, Token(issuer, "invoices:read"))).StatusCode));
        Assert.Equal(Paths.Length, target.Log.Of("AccessRefused").Count());
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/endpoint", Token(issuer, "invoices:write"))).StatusCode);
    }

    [Fact]
    public async Task A_client_is_watched_likewise()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/client", Token(issuer, client: "shipping"))).StatusCode);
        Assert.Contains("client_not_allowed (client_id)", Assert.Single(target.Log.Of("AccessReportOnly")).Text, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/client", Token(issuer, client: "shipping"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/client", Token(issuer, client: "orders"))).StatusCode);
    }

    [Fact]
    public async Task Who_meets_it_is_not_reported()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/endpoint", Token(issuer, "invoices:write"))).StatusCode);
        Assert.Empty(target.Log.Of("AccessReportOnly"));
    }

    [Fact]
    public async Task Verification_is_never_only_watched()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        foreach (var path in (string[])[.. Paths, "/client", "/alone"])
        {
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, (await target.GetAsync(path, null)).StatusCode));
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, (await target.GetAsync(path, Token(issuer, "invoices:read", key: stranger))).StatusCode));
        }
        Assert.Empty(target.Log.Of("AccessReportOnly"));
    }

    [Fact]
    public async Task What_is_demanded_beside_it_is_demanded_and_the_challenge_names_that_alone()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        var answer = await target.GetAsync("/both", Token(issuer, "other"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("scope=\"invoices:read\"", answer.Challenge(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/both", Token(issuer, "invoices:read"))).StatusCode);
    }

    [Fact]
    public async Task The_metric_counts_whom_it_would_have_refused()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        var counted = new List<string>();
        using var listener = new MeterListener();
        var meters = target.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == "watchword.report_only")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (counted)
                counted.Add($"{count} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        });
        listener.Start();
        await target.GetAsync("/endpoint", Token(issuer, "invoices:read"));
        lock (counted)
            Assert.Equal(["1 requirement=The token must hold the scope invoices:write. error.type=insufficient_scope"], counted);
    }

    [Theory]
    [InlineData("2027-1-31")]
    [InlineData("31.01.2027")]
    [InlineData("2027-02-30")]
    [InlineData("soon")]
    [InlineData("")]
    public void What_is_no_day_cannot_be_its_end(string day)
    {
        Assert.Throws<ArgumentException>(() => new RequireScopeAttribute("invoices:write") { ReportOnlyUntil = day });
        Assert.Throws<ArgumentException>(() => new RequireClientAttribute("orders") { ReportOnlyUntil = day });
    }

    [Fact]
    public void An_attribute_gives_its_requirement_the_day_and_all_else()
    {
        var scope = new RequireScopeAttribute("invoices:write") { ReportOnlyUntil = "2027-01-31" };
        Assert.Equal("2027-01-31", scope.ReportOnlyUntil);
        var required = Assert.IsType<ScopeRequirement>(Assert.Single(scope.GetRequirements()));
        Assert.Equal(("invoices:write", new DateOnly(2027, 1, 31)), (required.Scope, required.ReportOnlyUntil));
        var client = new RequireClientAttribute("orders", "https://issuer.example") { ReportOnlyUntil = "2027-01-31" };
        var demanded = Assert.IsType<ClientRequirement>(Assert.Single(client.GetRequirements()));
        Assert.Equal(("orders", "https://issuer.example", new DateOnly(2027, 1, 31)), (demanded.Client, demanded.Issuer, demanded.ReportOnlyUntil));
        Assert.Null(new RequireScopeAttribute("invoices:write").ReportOnlyUntil);
    }

    private Task<TargetApp> StartAsync(IssuerDouble issuer) => TargetApp.StartAsync(issuer, services =>
    {
        services.AddAuthentication().AddWatchword(options => (options.TimeProvider, options.KeepKeysFor) = (_clock, TimeSpan.FromDays(2)));
        services.AddAuthorizationBuilder().AddPolicy("write", policy => policy.RequireScope("invoices:write", reportOnlyUntil: Tomorrow));
    }, app =>
    {
        app.MapGet("/endpoint", _ => Task.CompletedTask).RequireScope("invoices:write", reportOnlyUntil: Tomorrow);
        app.MapGet("/policy", _ => Task.CompletedTask).RequireAuthorization("write");
        app.MapGet("/attribute", _ => Task.CompletedTask)
            .RequireAuthorization(new RequireScopeAttribute("invoices:write") { ReportOnlyUntil = $"{Tomorrow:yyyy-MM-dd}" });
        app.MapGet("/client", _ => Task.CompletedTask).RequireClient("orders", reportOnlyUntil: Tomorrow);
        app.MapGet("/both", _ => Task.CompletedTask).RequireScope("invoices:read").RequireScope("invoices:write", reportOnlyUntil: Tomorrow);
        // A policy of nothing else: not even that somebody is signed in.
        app.MapGet("/alone", _ => Task.CompletedTask).RequireAuthorization(
            new AuthorizationPolicy([new ScopeRequirement("invoices:write") { ReportOnlyUntil = Tomorrow }], [WatchwordScheme.Name]));
    });

    // Issued now by the clock of the target.
    private string Token(IssuerDouble issuer, string? scope = null, string client = "orders", SigningKey? key = null) =>
        issuer.Token(scope, client, age: TimeProvider.System.GetUtcNow() - _clock.GetUtcNow(), key: key);
}
