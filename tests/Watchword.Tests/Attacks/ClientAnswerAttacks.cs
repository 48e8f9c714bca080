// SECURITY 30 and 31: whatever stands in the issuer's place may answer what it likes; nothing weaker than what was asked for is used.
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Watchword.Client;
using Watchword.Tests.Client;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Attacks;

public sealed class ClientAnswerAttacks
{
    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"t\"")]
    [InlineData("<html>welcome</html>")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60} x")]
    [InlineData("{\"access_token\":\"t\",\"access_token\":\"u\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"acc\\u0065ss_token\":\"u\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":5,\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t t\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\\r\\nX-Evil: 1\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\\u0000\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"\\ud800\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\u00e9\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"DPoP\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"mac\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"N_A\",\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":[\"Bearer\"],\"expires_in\":60}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":\"60\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":0}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":-1}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":86401}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":1e400}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"a\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"a B\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":\"a bb\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":[\"a\",\"b\"]}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60,\"scope\":null}")]
    public async Task An_answer_that_is_not_what_was_asked_for_is_refused(string body)
    {
        var failed = await RefusedAsync(ScriptedIssuer.Answers(200, body));
        Assert.Equal(HttpStatusCode.OK, failed.IssuerStatus);
        Assert.DoesNotContain('\n', failed.Message);
    }

    [Theory]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"bEARER\",\"expires_in\":60,\"scope\":\"c b a\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":6e1,\"refresh_in\":\"soon\"}")]
    [InlineData("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":86400,\"refresh_in\":-1,\"more\":{\"deep\":[1]}}")]
    public async Task An_answer_that_is_at_least_what_was_asked_for_is_used(string body)
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Answers(200, body);
        using var source = Tokens(issuer);
        Assert.Equal("t", (await source.GetTokenAsync(Resource, "a b")).Reveal());
    }

    [Theory]
    [InlineData(500, "<html>oops</html>")]
    [InlineData(400, "{\"error\":{\"code\":5}}")]
    [InlineData(400, "{\"error\":\"\\ud800\"}")]
    [InlineData(400, "{\"error\":\"a\",\"error\":\"b\"}")]
    [InlineData(201, "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":60}")]
    [InlineData(404, "")]
    [InlineData(418, "{\"error\":\"a\",\"error_description\":{}}")]
    public async Task Any_other_answer_is_an_error_that_says_its_status(int status, string body)
    {
        var failed = await RefusedAsync(ScriptedIssuer.Answers(status, body));
        Assert.Equal((HttpStatusCode)status, failed.IssuerStatus);
        Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_longer_than_16_kib_is_refused()
    {
        await RefusedAsync(ScriptedIssuer.Answers(200, $$"""{"access_token":"{{new string('t', (16 * 1024) + 1)}}","token_type":"Bearer","expires_in":60}"""));
    }

    [Fact]
    public async Task A_deeply_nested_answer_is_refused()
    {
        await RefusedAsync(ScriptedIssuer.Answers(200, "{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endless_answer_is_read_to_64_kib_and_no_further(bool withLength)
    {
        var failed = await RefusedAsync(async context =>
        {
            if (withLength)
                context.Response.ContentLength = 1L << 30;
            var chunk = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });
        Assert.Contains("more than 64 KiB", failed.Message, StringComparison.Ordinal);
        Assert.False(failed.IsIssuerUnreachable);
    }

    [Fact]
    public async Task An_answer_that_drips_is_given_up_after_ten_seconds()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var clock = new FakeTimeProvider();
        using var source = Tokens(issuer, clock);
        var waiting = source.GetTokenAsync(Resource).AsTask();
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(10.1));
        Assert.True((await Assert.ThrowsAsync<TokenUnavailableException>(() => waiting)).IsIssuerUnreachable);
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirect()
    {
        await using var thief = await ScriptedTarget.StartAsync();
        var failed = await RefusedAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = thief.Url;
            return Task.CompletedTask;
        });
        Assert.Contains("redirect", failed.Message, StringComparison.Ordinal);
        Assert.Empty(thief.Calls);
    }

    [Fact]
    public async Task The_key_does_not_go_in_clear_to_where_the_metadata_points()
    {
        await using var thief = await ScriptedTarget.StartAsync();
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Metadata = context => ScriptedIssuer.Answers(200, $$"""{"issuer":"{{issuer.Url}}","token_endpoint":"{{thief.Url}}/oauth2/token","jwks_uri":"{{issuer.Url}}/jwks"}""")(context);
        using var source = Tokens(issuer);
        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        Assert.Contains("names no token endpoint", failed.Message, StringComparison.Ordinal);
        Assert.Empty(thief.Calls);
        Assert.Empty(issuer.Requests);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_unpacked()
    {
        await RefusedAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await zip.WriteAsync("""{"access_token":"t","token_type":"Bearer","expires_in":60}"""u8.ToArray());
        });
    }

    private static async Task<TokenUnavailableException> RefusedAsync(RequestDelegate answer)
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = answer;
        using var source = Tokens(issuer);
        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource, "a b").AsTask());
        Assert.Single(issuer.Requests);
        Assert.DoesNotContain(ApiKey, failed.ToString(), StringComparison.Ordinal);
        return failed;
    }
}
