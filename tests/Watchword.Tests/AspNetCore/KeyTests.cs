// The issuer's keys at a target, while the issuer is down, slow, wrong or rotating. SECURITY.md 35, seen from outside.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class KeyTests
{
    public static TheoryData<string> Faults => ["500", "html", "empty set", "too large", "hangs", "closes"];

    [Fact]
    public async Task A_target_starts_while_the_issuer_is_down_and_works_when_it_is_up()
    {
        await using var issuer = new IssuerDouble();
        await using var target = await TargetApp.StartAsync(issuer);
        var refused = await target.GetAsync("/", issuer.Token());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("unknown_key", refused.Challenge());
        await issuer.StartAsync();
        await Eventually.IsSoAsync(async () => (await target.GetAsync("/", issuer.Token())).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_first_token_waits_for_the_first_keys()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        issuer.Misbehave(async context =>
        {
            await release.Task;
            await issuer.PublishAsync(context);
        });
        await using var target = await TargetApp.StartAsync(issuer, TargetApp.Patient);
        var first = target.GetAsync("/", issuer.Token());
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > 0);
        Assert.False(first.IsCompleted);
        release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task Failures_to_refresh_are_logged_and_bounded()
    {
        await using var issuer = new IssuerDouble();
        await using var target = await TargetApp.StartAsync(issuer);
        for (var i = 0; i < 20; i++)
            await target.GetAsync("/", issuer.Token());
        var line = Assert.Single(target.Log.Of("KeysNotFetched"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains(issuer.Url, line.Text);
    }

    [Fact]
    public async Task The_request_that_meets_a_new_key_passes_also_soon_after_the_previous_one()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, TargetApp.Patient);
        for (var rotation = 0; rotation < 3; rotation++)
        {
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
            issuer.Rotate();
        }
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task The_request_that_meets_a_new_key_passes_though_one_fetch_fails()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options => options.TimeProvider = new PatientClock(pace: 0.1)));
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        issuer.Rotate();
        var failures = 0;
        issuer.Misbehave(context =>
        {
            failures++;
            issuer.Misbehave(null);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Equal(1, failures);
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task Known_keys_go_on_working_whatever_the_issuer_answers(string fault)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        using var unknown = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var end = new CancellationTokenSource();
        issuer.Misbehave(context => MisbehaveAsync(context, fault, end.Token));
        var fetched = issuer.KeyFetches;
        var stranger = target.GetAsync("/", issuer.Token(key: unknown));
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > fetched);
        await end.CancelAsync();
    }

    [Fact]
    public async Task A_hundred_and_fifty_unknown_keys_at_once_cost_the_issuer_at_most_five_fetches()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, TargetApp.Patient);
        for (var i = 0; i < 150; i++)
        {
            using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
            var answer = await target.GetAsync("/", issuer.Token(key: key));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("unknown_key", answer.Challenge());
        }
        Assert.InRange(issuer.KeyFetches, 2, 5);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task Many_requests_that_meet_the_same_new_key_share_one_fetch()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, TargetApp.Patient);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        var before = issuer.KeyFetches;
        issuer.Rotate();
        var token = issuer.Token();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => target.GetAsync("/", token)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(before + 1, issuer.KeyFetches);
    }

    [Fact]
    public async Task An_issuer_with_a_certificate_of_a_private_authority_is_believed_by_its_CaFile_alone()
    {
        using var certificate = SelfSigned();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
            await using var issuer = new IssuerDouble(certificate);
            await issuer.StartAsync();
            var settings = TargetApp.Settings(issuer.Url);
            await using var stranger = await TargetApp.StartAsync(settings);
            Assert.Contains("unknown_key", (await stranger.GetAsync("/", issuer.Token())).Challenge());
            await FetchingTarget.UntilAsync(() => stranger.Log.Of("KeysNotFetched").Any());
            Assert.Equal(0, issuer.KeyFetches);
            settings["Authentication:Schemes:Watchword:CaFile"] = file;
            await using var target = await TargetApp.StartAsync(settings);
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task MisbehaveAsync(HttpContext context, string fault, CancellationToken end)
    {
        switch (fault)
        {
            case "500":
                context.Response.StatusCode = 500;
                break;
            case "html":
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<!doctype html><title>Sign in</title>", end);
                break;
            case "empty set":
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("""{"keys":[]}""", end);
                break;
            case "too large":
                context.Response.ContentType = "application/json";
                for (var i = 0; i < 24 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.Body.WriteAsync(new byte[1 << 20], end);
                break;
            case "hangs":
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(end, context.RequestAborted))
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "closes":
                context.Abort();
                break;
        }
    }
}
