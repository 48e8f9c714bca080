// Whatever resembles a token that was verified before is verified on its own. SECURITY.md 14, over HTTP.
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Tests.AspNetCore;

namespace Watchword.Tests.Attacks;

public sealed class VerifiedTokenAttacks
{
    [Fact]
    public async Task Tokens_spliced_of_remembered_ones_are_refused()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        string[] good = [Token(issuer, "one"), Token(issuer, "two"), issuer.Token(client: "three")];
        issuer.Rotate();
        good = [.. good, Token(issuer, "four")];
        await using var target = await TargetApp.StartAsync(issuer);
        await AreRememberedAsync(target, good);
        var parts = good.Select(token => token.Split('.')).ToArray();
        var spliced = 0;
        foreach (var header in parts)
        {
            foreach (var payload in parts)
            {
                foreach (var signature in parts)
                {
                    var token = $"{header[0]}.{payload[1]}.{signature[2]}";
                    if (good.Contains(token))
                        continue;
                    await IsRefusedAsync(target, token);
                    spliced++;
                }
            }
        }
        // The first three have one header, so that those two of their own kind make no new token.
        Assert.Equal(64 - (3 * 3) - 1, spliced);
        await AreRememberedAsync(target, good);
    }

    [Fact]
    public async Task A_remembered_token_spelt_otherwise_is_refused()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var good = issuer.Token();
        await AreRememberedAsync(target, [good]);
        var last = good[^1];
        // The last character of an ES256 signature carries two bits of it, and four that must be zero.
        var paddingBits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".Where(c => c != last).Select(c => good[..^1] + c);
        var dot = good.IndexOf('.');
        string[] others =
        [
            $"{good}.", $".{good}", $"{good}=", $"{good}==", $"{good}%", $"{good}%3D", $"{good}\u00a0", $"\u00a0{good}", $"{good}\u0000", good[..^1], good[1..],
            $"{good[..dot]}={good[dot..]}", $"{good[..dot]}.{good[dot..]}", good.ToUpperInvariant(), good.ToLowerInvariant(), $"{good}{good}", $"{good}.{good}",
            good.Replace('.', '\u2024'), good.Replace(".", "%2E", StringComparison.Ordinal), $"{good},", $"\"{good}\"", $"{good};", $"x{good[1..]}", $"{good[..200]}\u0430{good[201..]}",
        ];
        foreach (var token in others.Concat(paddingBits))
            await IsRefusedAsync(target, token);
        await AreRememberedAsync(target, [good]);
    }

    [Fact]
    public async Task Another_text_with_the_end_of_a_remembered_token_is_refused_whatever_stands_before()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var good = issuer.Token();
        await AreRememberedAsync(target, [good]);
        var forged = TokenForge.Base64Url(TokenForge.Claims(("iss", $"\"{issuer.Url}\""), ("sub", "\"admin\"")));
        var parts = good.Split('.');
        await IsRefusedAsync(target, $"{parts[0]}.{forged}.{parts[2]}");
        for (var i = 0; i < good.Length - 20; i += 7)
        {
            var changed = good.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            await IsRefusedAsync(target, new string(changed));
        }
        await AreRememberedAsync(target, [good]);
    }

    [Fact]
    public async Task A_token_remembered_by_one_scheme_is_nothing_to_another()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url).Concat(TargetApp.Settings(issuer.Url, "Other")).ToDictionary();
        settings["Authentication:Schemes:Other:Audience"] = "https://other";
        await using var target = await TargetApp.StartAsync(settings, services => services.AddAuthentication("Watchword").AddWatchword().AddWatchword("Other"), app =>
            app.MapGet("/other", context => context.Response.WriteAsync(context.User.Identity!.Name!)).RequireAuthorization(policy => policy.AddAuthenticationSchemes("Other").RequireAuthenticatedUser()));
        string here = issuer.Token(), there = issuer.Token(audience: "https://other");
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", here)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/other", there)).StatusCode);
            Assert.Contains(RejectionCode.WrongAudience, (await target.GetAsync("/", there)).Challenge(), StringComparison.Ordinal);
            Assert.Contains(RejectionCode.WrongAudience, (await target.GetAsync("/other", here)).Challenge(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tokens_that_share_prefix_kid_and_jti_are_never_confused_by_two_threads()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options => options.CachedTokens = 10));
        // Twice as many as are remembered, so that they come and go all the time.
        var tokens = Enumerable.Range(0, 20).Select(i => Token(issuer, $"client-{i:00}")).ToArray();
        Assert.All(tokens, token => Assert.StartsWith(tokens[0][..200], token, StringComparison.Ordinal));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 1000; i++)
            {
                var one = random.Next(tokens.Length);
                Assert.Equal($"client-{one:00}", await (await target.GetAsync("/", tokens[one])).Content.ReadAsStringAsync());
            }
        })));
    }

    [Fact]
    public async Task A_remembered_token_is_refused_from_the_moment_it_expires()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var token = issuer.Token();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options => options.TimeProvider = clock));
        await AreRememberedAsync(target, [token]);
        clock.Advance(TimeSpan.FromSeconds(331));
        Assert.Contains(RejectionCode.Expired, (await target.GetAsync("/", token)).Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_application_demands_beyond_the_token_is_asked_at_every_request()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var asked = 0;
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options => options.OnVerified = (_, context) =>
        {
            asked++;
            return new(context.Request.Headers.ContainsKey("X-Deny") ? new Rejection("not_today", "Not today.") : null);
        }));
        var token = issuer.Token();
        await AreRememberedAsync(target, [token]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("X-Deny", "yes");
        Assert.Contains("not_today", (await target.Http.SendAsync(request)).Challenge(), StringComparison.Ordinal);
        await AreRememberedAsync(target, [token]);
        Assert.Equal(5, asked);
    }

    private static string Token(IssuerDouble issuer, string subject)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = $$"""{"iss":"{{issuer.Url}}","client_id":"orders","aud":"{{IssuerDouble.Audience}}","jti":"always the same","iat":{{now / 60 * 60}},"exp":{{(now / 60 * 60) + 600}},"sub":"{{subject}}"}""";
        return JwtSigner.Sign(issuer.Key, Encoding.UTF8.GetBytes(claims), "at+jwt");
    }

    // Twice: to be verified, and to be found.
    private static async Task AreRememberedAsync(TargetApp target, string[] tokens)
    {
        var gate = target.Services.GetRequiredService<SchemeGates>().Of("Watchword");
        for (var round = 0; round < 2; round++)
        {
            foreach (var token in tokens)
            {
                Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", token)).StatusCode);
                Assert.NotNull(gate.Recall(token));
            }
        }
    }

    private static async Task IsRefusedAsync(TargetApp target, string token)
    {
        Assert.Null(target.Services.GetRequiredService<SchemeGates>().Of("Watchword").Recall(token));
        // HttpClient does not send what is no ASCII; the server would not hand it on either.
        if (token.All(char.IsAscii) && !token.Contains('\0'))
            Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/", token)).StatusCode);
    }
}
