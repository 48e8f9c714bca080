// A good set of keys is never replaced by what an issuer in trouble answers, and requests do not wait for it (SECURITY.md items 31, 35).
using System.Text;
using Microsoft.AspNetCore.Http;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Trust;

public sealed class BadIssuerTests
{
    private const string NoAnswer = "no answer";
    private const string SlowBody = "slow body";

    private static Dictionary<string, RequestDelegate> Answers => new()
    {
        ["500"] = context => StatusAsync(context, 500),
        ["404"] = context => StatusAsync(context, 404),
        ["204"] = context => StatusAsync(context, 204),
        ["206"] = context => StatusAsync(context, 206),
        ["301"] = context => RedirectAsync(context, 301),
        ["302"] = context => RedirectAsync(context, 302),
        ["307"] = context => RedirectAsync(context, 307),
        ["HTML"] = context => PublishingIssuer.JsonAsync(context, "<!DOCTYPE html><html><body>It works!</body></html>"),
        ["no body"] = _ => Task.CompletedTask,
        ["connection closed"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        },
        [NoAnswer] = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted),
        [SlowBody] = SlowAsync,
        ["24 MB declared"] = context => LargeAsync(context, declared: true),
        ["24 MB chunked"] = context => LargeAsync(context, declared: false),
        ["empty set"] = context => PublishingIssuer.JsonAsync(context, """{"keys":[]}"""),
        ["only useless keys"] = context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[null,{TokenForge.EcJwk("e", ",\"use\":\"enc\"")}]}}"),
        ["not a set"] = context => PublishingIssuer.JsonAsync(context, """{"keys":{}}"""),
        ["an array"] = context => PublishingIssuer.JsonAsync(context, "[]"),
        ["member twice"] = context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{TokenForge.EcJwk("e")}],\"keys\":[]}}"),
        ["half a set"] = context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{TokenForge.EcJwk("e")},"),
        ["deep"] = context => PublishingIssuer.JsonAsync(context, new string('[', 100_000)),
        ["bad UTF-8"] = context => context.Response.Body.WriteAsync(new byte[] { 0x7b, 0xff, 0x7d }).AsTask(),
        ["UTF-16"] = context => context.Response.Body.WriteAsync(Encoding.Unicode.GetBytes("""{"keys":[]}""")).AsTask(),
        ["gzip"] = context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(new byte[] { 0x1f, 0x8b, 8, 0 }).AsTask();
        },
    };

    [Fact]
    public Task A_good_set_survives_and_known_keys_go_on_working() => InEachTroubleAsync(async (issuer, target, trouble) =>
    {
        target.Keys.Start();
        await FetchingTarget.UntilAsync(() => target.Keys.Current.Keys.Count == 1);
        var good = target.Keys.Current;
        issuer.AnswerKeysBy(trouble);
        var rejection = await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("other"));
        Assert.DoesNotContain(issuer.Url, rejection.Message, StringComparison.Ordinal);
        Assert.Same(good, target.Keys.Current);
        Assert.EndsWith(".", target.Keys.Fault, StringComparison.Ordinal);
        Assert.Equal(0, issuer.Elsewhere);
        await target.AcceptsAsync(issuer.Token());
    });

    [Fact]
    public Task Without_any_key_yet_the_refusal_says_that_keys_could_not_be_fetched() => InEachTroubleAsync(async (issuer, target, trouble) =>
    {
        issuer.AnswerKeysBy(trouble);
        var rejection = await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token());
        Assert.Contains("could not be fetched", rejection.Message, StringComparison.Ordinal);
        Assert.NotNull(rejection.Detail);
        issuer.AnswerKeysBy(null);
        await FetchingTarget.UntilAsync(() => target.Keys.Current.Keys.Count == 1);
        await target.AcceptsAsync(issuer.Token());
    });

    [Fact]
    public Task Bad_metadata_leave_the_target_waiting_for_good_ones() => InEachTroubleAsync(async (issuer, target, trouble) =>
    {
        issuer.AnswerMetadataBy(trouble);
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token());
        Assert.Equal(0, issuer.KeyFetches);
        issuer.AnswerMetadataBy(null);
        await FetchingTarget.UntilAsync(() => target.Keys.Current.Keys.Count == 1);
    });

    [Fact]
    public async Task One_broken_key_among_good_ones_is_passed_over()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson())
            .Replace("[", """[{"kty":"EC","crv":"P-256","kid":"broken","x":"AA","y":"AA"},{"kty":"\ud800"},""", StringComparison.Ordinal)));
        await target.AcceptsAsync(issuer.Token());
        Assert.Single(target.Keys.Current.Keys);
    }

    [Fact]
    public async Task Metadata_of_another_issuer_are_refused()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        foreach (var name in new[] { "https://issuer.example", issuer.Url + "/", issuer.Url.ToUpperInvariant(), "", issuer.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) })
        {
            using var target = new FetchingTarget(issuer.Url);
            issuer.AnswerMetadataBy(context => PublishingIssuer.JsonAsync(context, $$"""{"issuer":"{{name}}","jwks_uri":"{{issuer.Url}}/keys"}"""));
            var rejection = await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token());
            Assert.Contains("another issuer", rejection.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(0, issuer.KeyFetches);
    }

    [Fact]
    public async Task Nobody_listening_is_a_refusal_too()
    {
        using var target = new FetchingTarget("http://127.0.0.1:1");
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var token = TokenForge.Sign(TokenForge.Header("ES256", "k"), """{"iss":"http://127.0.0.1:1"}""", _ => new byte[64]);
        Assert.NotNull((await target.RefusesAsync(RejectionCode.UnknownKey, token)).Detail);
    }

    // All at once: nearly all of the time is waiting. Only where the trouble is a slow answer may a slow machine look like it, and the
    // background tries again.
    private static Task InEachTroubleAsync(Func<PublishingIssuer, FetchingTarget, RequestDelegate, Task> test) => Task.WhenAll(Answers.Select(async trouble =>
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var isSlow = trouble.Key is NoAnswer or SlowBody;
        using var target = new FetchingTarget(issuer.Url, new PatientClock(rings: TimeSpan.FromSeconds(5)), isSlow ? TimeSpan.FromSeconds(1) : null);
        try
        {
            await test(issuer, target, trouble.Value);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With '{trouble.Key}': {fault.Message}", fault);
        }
    }));

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task RedirectAsync(HttpContext context, int status)
    {
        context.Response.Headers.Location = "/elsewhere";
        return StatusAsync(context, status);
    }

    private static async Task SlowAsync(HttpContext context)
    {
        await context.Response.WriteAsync("{", context.RequestAborted);
        while (true)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, context.RequestAborted);
        }
    }

    private static async Task LargeAsync(HttpContext context, bool declared)
    {
        const int megabytes = 24;
        if (declared)
            context.Response.ContentLength = megabytes << 20;
        var spaces = Encoding.ASCII.GetBytes(new string(' ', 1 << 20));
        for (var i = 0; i < megabytes; i++)
            await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
    }
}
