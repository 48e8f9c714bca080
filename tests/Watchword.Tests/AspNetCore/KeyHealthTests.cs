// What an operator sees of the issuer's keys: health, metrics and the log, while the issuer comes and goes and the clock drifts.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class KeyHealthTests
{
    [Fact]
    public async Task Fresh_keys_are_healthy_and_described()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(TargetApp.Settings(issuer.Url));
        var entry = await UntilAsync(target, HealthStatus.Healthy);
        Assert.Equal(issuer.Url, entry.Data["Watchword.issuer"]);
        Assert.Equal(1, entry.Data["Watchword.keys"]);
        Assert.InRange((double)entry.Data["Watchword.age_seconds"], 0, 60);
        Assert.InRange((double)entry.Data["Watchword.usable_for_seconds"], 86_000, 86_400);
        Assert.Equal(0.0, entry.Data["Watchword.clock_skew_seconds"]);
        Assert.DoesNotContain("Watchword.fault", entry.Data.Keys);
    }

    [Fact]
    public async Task No_key_at_all_is_unhealthy_and_a_failed_fetch_degraded()
    {
        await using var issuer = new IssuerDouble();
        await using var target = await StartAsync(TargetApp.Settings(issuer.Url));
        var without = await UntilAsync(target, HealthStatus.Unhealthy, entry => entry.Data.ContainsKey("Watchword.fault"));
        Assert.Contains("there is no key", without.Description);
        Assert.DoesNotContain("Watchword.age_seconds", without.Data.Keys);
        await issuer.StartAsync();
        await UntilAsync(target, HealthStatus.Healthy);
        issuer.Misbehave(context => StatusAsync(context, 500));
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        await target.GetAsync("/", issuer.Token(key: stranger));
        var failed = await UntilAsync(target, HealthStatus.Degraded);
        Assert.Contains("500", $"{failed.Data["Watchword.fault"]}");
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task Keys_older_than_two_intervals_are_degraded()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        using var hanging = new CancellationTokenSource();
        await using var target = await StartAsync(TargetApp.Settings(issuer.Url), options =>
        {
            options.ShortestKeyRefresh = TimeSpan.Zero;
            options.KeyRefreshInterval = TimeSpan.FromMilliseconds(200);
        });
        await UntilAsync(target, HealthStatus.Healthy);
        issuer.Misbehave(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, hanging.Token).ContinueWith(_ => { }, TaskScheduler.Default));
        var old = await UntilAsync(target, HealthStatus.Degraded);
        Assert.Contains("min old", old.Description);
        await hanging.CancelAsync();
    }

    [Fact]
    public async Task A_shared_secret_is_healthy_and_asks_nobody()
    {
        var settings = TargetApp.Settings("https://issuer.invalid");
        settings["Authentication:Schemes:Watchword:SharedSecret"] = SharedSecret.Generate().Reveal();
        await using var target = await StartAsync(settings);
        Assert.Equal(1, (await UntilAsync(target, HealthStatus.Healthy)).Data["Watchword.keys"]);
    }

    [Theory]
    [InlineData(60, "ahead of")]
    [InlineData(-60, "behind")]
    [InlineData(20, "ahead of")]
    [InlineData(-20, "behind")]
    public async Task Clocks_that_drift_apart_are_warned_about_in_the_first_fetch_and_when_it_is_over(int seconds, string side)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var clock = new ShiftedClock { Ahead = TimeSpan.FromSeconds(seconds) };
        await using var target = await StartAsync(TargetApp.Settings(issuer.Url), options =>
        {
            options.TimeProvider = clock;
            options.ShortestKeyRefresh = TimeSpan.Zero;
            options.KeyRefreshInterval = TimeSpan.FromMilliseconds(100);
        });
        var entry = await UntilAsync(target, HealthStatus.Degraded);
        Assert.Contains("clocks", entry.Description);
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > 5);
        var line = Assert.Single(target.Log.Of("ClocksApart"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains($" {side} ", line.Text);
        Assert.Empty(target.Log.Of("ClocksAgree"));
        clock.Ahead = TimeSpan.Zero;
        await FetchingTarget.UntilAsync(() => target.Log.Of("ClocksAgree").Any());
        await UntilAsync(target, HealthStatus.Healthy);
        Assert.Single(target.Log.Of("ClocksApart"));
        clock.Ahead = TimeSpan.FromSeconds(seconds);
        await FetchingTarget.UntilAsync(() => target.Log.Of("ClocksApart").Count() >= 2);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(10, 5)]
    [InlineData(30, 10)]
    [InlineData(300, 100)]
    public void The_warning_comes_at_a_third_of_the_leeway_but_not_below_five_seconds(int leeway, int limit) =>
        Assert.Equal(TimeSpan.FromSeconds(limit), ClockSkewLog.LimitFor(TimeSpan.FromSeconds(leeway)));

    [Fact]
    public async Task Age_fetches_and_skew_are_measured_by_issuer()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        foreach (var (key, value) in TargetApp.Settings(issuer.Url, "Second"))
            settings[key] = value;
        var measured = new List<(string Name, double Value, string Tags)>();
        await using var target = await TargetApp.StartAsync(settings, services => services.AddAuthentication("Watchword").AddWatchword().AddWatchword("Second", options => options.TimeProvider = new ShiftedClock { Ahead = TimeSpan.FromSeconds(-100) }));
        using var listener = new MeterListener();
        var meters = target.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name == "Watchword" && instrument.Name != "watchword.verifications")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
        await FetchingTarget.UntilAsync(() => target.Log.Of("KeysFetched").Count() == 2);
        issuer.Misbehave(context => StatusAsync(context, 503));
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        await target.GetAsync("/", issuer.Token(key: stranger));
        var by = $"issuer={issuer.Url}";
        await FetchingTarget.UntilAsync(() => Has("watchword.keys.fetches", $"{by} error.type=status"));
        listener.RecordObservableInstruments();
        lock (measured)
        {
            Assert.InRange(Assert.Single(measured, one => one.Name == "watchword.keys.age" && one.Tags == by).Value, 0, 60);
            Assert.InRange(Assert.Single(measured, one => one.Name == "watchword.clock.skew" && one.Tags == by).Value, -110, -90);
        }

        bool Has(string name, string tags)
        {
            lock (measured)
                return measured.Any(one => one.Name == name && one.Tags == tags);
        }

        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (measured)
                measured.Add((name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        }
    }

    [Fact]
    public async Task A_target_restarted_from_its_folder_serves_and_says_since_when_and_until_when()
    {
        using var temp = new TempFolder();
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        settings["Authentication:Schemes:Watchword:KeyFolder"] = temp.File("keys");
        await using (var first = await StartAsync(settings))
            await FetchingTarget.UntilAsync(() => Directory.GetFiles(temp.File("keys"), "*.keys").Length == 1);
        issuer.Misbehave(context => StatusAsync(context, 500));
        await using var target = await StartAsync(settings);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Contains("to be used until", Assert.Single(target.Log.Of("KeysRestored")).Text);
        await UntilAsync(target, HealthStatus.Degraded);
        await FetchingTarget.UntilAsync(() => target.Log.Of("KeysNotFetched").Any());
        var line = Assert.Single(target.Log.Of("KeysNotFetched")).Text;
        Assert.Contains("goes on with the 1 it has, fetched at ", line);
        Assert.Contains(", until ", line);
        Assert.Empty(target.Log.Of("KeyFolderFailed"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_warned_about_once_and_refuses_nobody()
    {
        using var temp = new TempFolder();
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        settings["Authentication:Schemes:Watchword:KeyFolder"] = temp.File("keys");
        await using var target = await StartAsync(settings, options =>
        {
            options.ShortestKeyRefresh = TimeSpan.Zero;
            options.KeyRefreshInterval = TimeSpan.FromMilliseconds(50);
        });
        File.SetUnixFileMode(temp.File("keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        await FetchingTarget.UntilAsync(() => target.Log.Of("KeyFolderFailed").Any());
        var fetched = issuer.KeyFetches;
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > fetched + 3);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Equal(LogLevel.Warning, Assert.Single(target.Log.Of("KeyFolderFailed")).Level);
    }

    [Fact]
    public async Task A_scheme_without_an_issuer_of_its_own_waits_for_nobodys_keys()
    {
        await using var target = await StartAsync(new()
        {
            ["Authentication:Schemes:Watchword:Audience"] = IssuerDouble.Audience,
            ["Authentication:Schemes:Watchword:Issuers:0:Issuer"] = "http://127.0.0.1:1",
        });
        var entry = await UntilAsync(target, HealthStatus.Degraded, entry => entry.Description!.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Contains("there is no key of http://127.0.0.1:1", entry.Description, StringComparison.Ordinal);
    }

    private static Task<TargetApp> StartAsync(Dictionary<string, string?> settings, Action<WatchwordOptions>? configure = null) =>
        TargetApp.StartAsync(settings, services =>
        {
            services.AddAuthentication().AddWatchword(configure ?? (_ => { }));
            services.AddHealthChecks().AddWatchword(tags: ["ready"]);
        });

    private static async Task<HealthReportEntry> UntilAsync(TargetApp target, HealthStatus status, Func<HealthReportEntry, bool>? also = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var report = await target.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            var entry = report.Entries["watchword"];
            Assert.Equal(["ready"], entry.Tags);
            if (entry.Status == status && also?.Invoke(entry) != false)
                return entry;
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"It is {entry.Status}: {entry.Description}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
