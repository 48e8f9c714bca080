// A token on its way through the scheme: what is let in, what is not, and the trace either leaves.
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Tests.AspNetCore;

public sealed class VerificationTests
{
    [Theory]
    [InlineData("Bearer ")]
    [InlineData("bearer ")]
    [InlineData("BEARER   ")]
    public async Task A_good_token_is_let_in(string prefix)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.SendAsync("/", prefix + issuer.Token());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("orders", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("Basic b3JkZXJzOnNlY3JldA==")]
    [InlineData("Bearerish abc")]
    [InlineData("DPoP abc")]
    public async Task Another_scheme_is_not_ours_to_judge(string authorization)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.SendAsync("/", authorization);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Challenge());
        Assert.Empty(target.Log.Of("TokenRefused"));
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer a b")]
    [InlineData("Bearer a, Bearer b")]
    [InlineData("Bearer {}")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ....")]
    public async Task What_is_not_one_token_is_malformed(string authorization)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.SendAsync("/", authorization);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Bearer error=\"invalid_token\", error_description=\"malformed: ", answer.Challenge());
    }

    [Fact]
    public async Task Two_Authorization_headers_are_malformed_though_one_is_good()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", target.Http.BaseAddress!.Port);
        await using var stream = client.GetStream();
        var bearer = $"Authorization: Bearer {issuer.Token()}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{bearer}{bearer}\r\n"));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 401", answer);
        Assert.Contains("malformed: The request has more than one Authorization header.", answer);
    }

    [Fact]
    public async Task A_token_over_16_KiB_is_refused_unread()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.GetAsync("/", issuer.TokenWith($"\"padding\":\"{new string('a', 16 * 1024)}\""));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Bearer error=\"invalid_token\", error_description=\"too_large: ", answer.Challenge());
    }

    [Fact]
    public async Task A_tampered_token_is_refused()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var parts = issuer.Token().Split('.');
        var other = issuer.Token("admin").Split('.');
        var answer = await target.GetAsync("/", $"{parts[0]}.{other[1]}.{parts[2]}");
        Assert.Contains("bad_signature: ", answer.Challenge());
    }

    [Fact]
    public async Task A_token_on_an_open_endpoint_is_verified_and_a_bad_one_does_not_close_it()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        Assert.Equal("orders", await (await target.GetAsync("/open", issuer.Token())).Content.ReadAsStringAsync());
        Assert.Equal("nobody", await (await target.GetAsync("/open", "rubbish")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_challenge_asked_for_by_the_application_explains_the_token()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/ask", context => context.ChallengeAsync("Watchword")));
        Assert.Contains("expired", (await target.GetAsync("/ask", issuer.Token(age: TimeSpan.FromHours(1)))).Challenge());
        Assert.Equal("Bearer", (await target.GetAsync("/ask", null)).Challenge());
    }

    [Fact]
    public async Task The_hook_after_verification_may_refuse_and_never_sees_a_bad_token()
    {
        var seen = 0;
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options =>
            options.OnVerified = (token, _) =>
            {
                seen++;
                return ValueTask.FromResult(token.ClientId == "left" ? new Rejection(RejectionCode.ClientNotAllowed, "This client has left.") : null);
            }));
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token())).StatusCode);
        var refused = await target.GetAsync("/", issuer.Token(client: "left"));
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"client_not_allowed: This client has left.\"", refused.Challenge());
        Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/", issuer.Token(audience: "https://other"))).StatusCode);
        Assert.Equal(2, seen);
    }

    [Fact]
    public async Task A_refusal_is_one_line_of_log_with_its_code_and_never_the_token()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app => app.MapGet("/read", _ => Task.CompletedTask).RequireScope("invoices:read"));
        var token = issuer.Token(audience: "https://other\u00e9");
        await target.GetAsync("/read", token);
        var line = Assert.Single(target.Log.Lines, line => line.Category.StartsWith("Watchword", StringComparison.Ordinal) && line.Event.Name != "KeysFetched");
        Assert.Equal("TokenRefused", line.Event.Name);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Contains("wrong_audience (aud)", line.Text);
        Assert.Contains("https://other", line.Text);
        Assert.True(Encoding.UTF8.GetByteCount(line.Text) == line.Text.Length);
        Assert.All(target.Log.Lines, any => Assert.DoesNotContain(token[..40], any.Text));
    }

    [Fact]
    public async Task A_refusal_of_access_names_the_client_in_one_line()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app => app.MapGet("/write", _ => Task.CompletedTask).RequireScope("invoices:write"));
        await target.GetAsync("/write", issuer.Token());
        var line = Assert.Single(target.Log.Of("AccessRefused"));
        Assert.Contains("insufficient_scope", line.Text);
        Assert.Contains($"client orders of {issuer.Url} holds: invoices:read", line.Text);
    }

    [Fact]
    public async Task Verifications_are_counted_with_the_code_of_the_refusal()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var counted = new List<string?>();
        using var listener = new MeterListener();
        var meters = target.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument is { Meter.Name: "Watchword", Name: "watchword.verifications" })
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (counted)
                counted.Add(tags.Length == 0 ? null : $"{tags[0].Key}={tags[0].Value}");
        });
        listener.Start();
        await target.GetAsync("/", issuer.Token());
        await target.GetAsync("/", "rubbish");
        await target.GetAsync("/", null);
        Assert.Equal([null, "error.type=malformed"], counted);
    }

    [Fact]
    public async Task A_shared_secret_verifies_without_asking_the_issuer()
    {
        var secret = SharedSecret.Generate();
        var next = SharedSecret.Generate();
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        settings["Authentication:Schemes:Watchword:SharedSecret"] = $"{secret.Reveal()} {next.Reveal()}";
        await using var target = await TargetApp.StartAsync(settings);
        using var key = secret.ToSigningKey();
        using var nextKey = next.ToSigningKey();
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token(key: key))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/", issuer.Token(key: nextKey))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Equal(0, issuer.KeyFetches);
    }

    [Fact]
    public async Task Each_scheme_has_its_own_issuer_and_settings()
    {
        await using var one = await IssuerDouble.StartedAsync();
        await using var two = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(one.Url);
        foreach (var (name, value) in TargetApp.Settings(two.Url, "Partner"))
            settings[name] = value;
        await using var target = await TargetApp.StartAsync(
            settings,
            services => services.AddAuthentication("Watchword").AddWatchword().AddWatchword("Partner"),
            app =>
            {
                app.MapGet("/own", _ => Task.CompletedTask).RequireScope("invoices:read");
                app.MapGet("/partner", _ => Task.CompletedTask).RequireScope("invoices:read", "Partner");
            });
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/own", one.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/partner", two.Token())).StatusCode);
        Assert.Contains("unknown_issuer", (await target.GetAsync("/own", two.Token())).Challenge());
        Assert.Contains("unknown_issuer", (await target.GetAsync("/partner", one.Token())).Challenge());
    }
}
