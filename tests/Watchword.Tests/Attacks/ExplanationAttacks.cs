// The explanation of a refusal tells nobody what he may not know, however he asks, and no token makes it large or breaks it.
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Attacks;

public sealed class ExplanationAttacks
{
    // What only those may learn whom the target trusts.
    private static readonly string[] Trust = ["https://billing-target", TokenForge.Issuer, "https://partner.example", "secret-subject", "secret-scope", "ec-of-the-issuer"];

    private static readonly string SharedSecretText = SharedSecret.Generate().Reveal();

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("10.0.0.1")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("2001:db8::1")]
    [InlineData(null)]
    public async Task A_peer_elsewhere_gets_no_body(string? peer)
    {
        await using var target = await StartAsync();
        Assert.Equal("", await BodyAsync(target, Good("https://other"), peer));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_peer_on_this_machine_gets_one(string peer)
    {
        await using var target = await StartAsync();
        Assert.Contains("wrong_audience", await BodyAsync(target, Good("https://other"), peer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("development2")]
    public async Task Another_environment_gives_no_body(string environment)
    {
        await using var target = await StartAsync(environment);
        Assert.Equal("", await BodyAsync(target, Good("https://other")));
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-proto", "")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    [InlineData("X-Original-For", "127.0.0.1")]
    [InlineData("x-forwarded-anything", "")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Who_comes_through_a_proxy_on_this_machine_gets_no_body(string header, string value)
    {
        await using var target = await StartAsync();
        Assert.Equal("", await BodyAsync(target, Good("https://other"), header: (header, value)));
    }

    [Fact]
    public async Task Head_gets_no_body()
    {
        await using var target = await StartAsync();
        Assert.Equal("", await BodyAsync(target, Good("https://other"), method: "HEAD"));
    }

    public static TheoryData<string, string> Forged => new()
    {
        { "bad_signature", TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), Claims("https://other"))[..^8] + "AAAAAAAA" },
        { "unknown_key", TokenForge.ES256(TokenForge.Header("ES256", "another"), Claims("https://other")) },
        { "algorithm_mismatch", TokenForge.RS256(TokenForge.Header("RS256", "ec-of-the-issuer"), Claims("https://other")) },
        { "unknown_issuer", TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), TokenForge.Claims(("iss", "\"https://nobody.example\""))) },
        { "missing_claim", TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), TokenForge.Claims(("iss", null))) },
        { "malformed_claim", TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), TokenForge.Claims(("iss", "7"))) },
        { "wrong_type", TokenForge.ES256("""{"alg":"ES256","typ":"JWT","kid":"x"}""", Claims("https://other")) },
        { "malformed", "a.b" },
        { "unsupported_algorithm", TokenForge.Sign("""{"alg":"none","typ":"at+jwt"}""", Claims("https://other"), _ => []) },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task Without_a_good_signature_nobody_learns_whom_the_target_trusts(string code, string token)
    {
        await using var target = await StartAsync();
        var body = await BodyAsync(target, token);
        Assert.Contains($"\"{code}\"", body, StringComparison.Ordinal);
        // What the token itself says may be said back.
        var told = Trust.Where(secret => body.Contains(secret, StringComparison.Ordinal) && !Says(token, secret));
        Assert.Empty(told);
        Assert.DoesNotContain(SharedSecretText[25..], body, StringComparison.Ordinal);
    }

    public static TheoryData<string> Odd =>
    [
        Claims("\\u001b[31m\\u0007\\r\\nSet-Cookie: a=b"),
        Claims("https://bi\\u0456ling-target"), // a homoglyph
        Claims("\\ud83d\\ude00" + new string('x', 3000)),
        TokenForge.Claims(("aud", $"[{string.Join(',', Enumerable.Repeat("\"https://other\"", 500))}]"), ("iss", $"\"{TokenForge.Issuer}\"")),
        TokenForge.Claims(("aud", new string('[', 40) + new string(']', 40))),
        TokenForge.Claims(("aud", "\"https://billing-target\""), ("exp", "1e400")),
        TokenForge.Claims(("aud", "\"https://billing-target\""), ("exp", "-1e300"), ("iat", "-1e300")),
        TokenForge.Claims(("aud", "\"https://billing-target\""), ("iat", "253402300799"), ("exp", "253402300799")),
        TokenForge.Claims(("aud", "\"https://billing-target\""), ("sub", "\"</script><script>\"")),
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Whatever_a_signed_token_says_the_body_is_bounded_ascii_json(string claims)
    {
        await using var target = await StartAsync();
        var body = await BodyAsync(target, TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), claims));
        Assert.InRange(body.Length, 100, 4000);
        Assert.DoesNotContain(body, letter => letter is not (>= ' ' and <= '~') and not '\n');
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse(body).ValueKind);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"x"}""", """{"nonce":"\ud800","iss":"https://nobody.example"}""")]
    [InlineData("""{"alg":"ES256","typ":"JWT","kid":"x"}""", """{"\ud800":"1","azp":"\udfff"}""")]
    [InlineData("""{"alg":"ES256","typ":"at+jwt","kid":"x"}""", """{"iss":"https://nobody.example","client_id":"\ud800"}""")]
    public async Task Half_a_surrogate_pair_is_no_text_and_no_fault_of_the_server(string header, string payload)
    {
        await using var target = await StartAsync();
        Assert.Contains("\"code\"", await BodyAsync(target, TokenForge.ES256(header, payload)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(17_000)]
    [InlineData(200_000)]
    public async Task A_token_of_any_length_is_explained_in_short(int length)
    {
        await using var target = await StartAsync();
        foreach (var filler in new[] { "a", "a.", "....", "\u00e9" })
            Assert.InRange((await BodyAsync(target, string.Concat(Enumerable.Repeat(filler, length / filler.Length)))).Length, 100, 2000);
    }

    private static string Claims(string audience) => TokenForge.Claims(("aud", $"\"{audience}\""));

    private static string Good(string audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return TokenForge.ES256(TokenForge.Header("ES256", "ec-of-the-issuer"), TokenForge.Claims(("aud", $"\"{audience}\""), ("iat", $"{now}"), ("exp", $"{now + 60}")));
    }

    private static bool Says(string token, string text) => UnverifiedJwt.TryRead(token, out var read, out _) && (read.Header + read.Claims).Contains(text, StringComparison.Ordinal);

    // In memory, where a test says what the peer's address is.
    private static async Task<WebApplication> StartAsync(string environment = "Development")
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddAuthentication().AddWatchword(options =>
        {
            Assert.True(SubjectPatterns.TryParse(["secret-subject"], out var subjects, out _));
            (options.Issuer, options.SharedSecret) = ("https://partner.example", SharedSecretText);
            options.Audience = "https://billing-target";
            options.Issuers = [new TrustEntry { Issuer = TokenForge.Issuer, Subjects = subjects, Scopes = ["secret-scope"], Keys = new KeySet([Key]) }];
        });
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.MapMethods("/", ["GET", "HEAD"], _ => Task.CompletedTask).RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    private static VerificationKey Key => VerificationKey.FromJwk(Jwk.Parse(Encoding.UTF8.GetBytes(TokenForge.EcJwk("ec-of-the-issuer"))));

    private static async Task<string> BodyAsync(
        WebApplication target, string token, string? peer = "127.0.0.1", (string Name, string Value)? header = null, string method = "GET")
    {
        var answer = await target.GetTestServer().SendAsync(context =>
        {
            context.Request.Method = method;
            context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
            context.Request.Headers.Authorization = $"Bearer {token}";
            if (header is var (name, value))
                context.Request.Headers[name] = value;
        });
        Assert.Equal(StatusCodes.Status401Unauthorized, answer.Response.StatusCode);
        using var reader = new StreamReader(answer.Response.Body);
        return await reader.ReadToEndAsync();
    }
}
