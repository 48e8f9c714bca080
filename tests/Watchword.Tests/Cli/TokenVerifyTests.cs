// `watchword token verify`: the same verdicts as a service's, an exit code for each kind of outcome.
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class TokenVerifyTests : IDisposable
{
    private const string Audience = "https://billing";
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate(SignatureAlgorithm.ES256);

    [Fact]
    public async Task A_good_token_is_accepted_and_its_claims_printed()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(PublishAsync);
        var run = await VerifyAsync($"  {Sign(_key, issuer.Url)}\r\n", issuer.Url);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        using var claims = JsonDocument.Parse(run.Output);
        Assert.Equal("orders", claims.RootElement.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task A_refused_token_names_its_code_on_standard_error_and_exits_1()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(PublishAsync);
        var run = await VerifyAsync(Sign(_key, issuer.Url, age: TimeSpan.FromHours(1)), issuer.Url);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("refused: expired: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_refused_token_is_a_json_object_where_that_was_asked_for()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(PublishAsync);
        var run = await VerifyAsync(Sign(_key, issuer.Url, audience: "https://other"), issuer.Url, "--output", "json");
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Error);
        using var rejection = JsonDocument.Parse(run.Output);
        Assert.Equal("wrong_audience", rejection.RootElement.GetProperty("error").GetString());
        Assert.Equal("aud", rejection.RootElement.GetProperty("claim").GetString());
        Assert.NotEmpty(rejection.RootElement.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_token_of_a_key_that_is_not_published_is_refused()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(PublishAsync);
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        var run = await VerifyAsync(Sign(stranger, issuer.Url), issuer.Url);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("refused: unknown_key: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_reached_exits_3()
    {
        string url;
        await using (var gone = await FakeServer.OnLoopbackAsync(_ => Task.CompletedTask))
            url = gone.Url;
        var run = await VerifyAsync(Sign(_key, url), url);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("cannot be reached", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Keys_that_do_not_come_in_time_are_no_refusal()
    {
        // Neither document is late enough to have failed when the command gives up waiting for both.
        await using var issuer = await FakeServer.OnLoopbackAsync(async context =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3.5), TimeProvider.System, context.RequestAborted);
            await PublishAsync(context);
        });
        string[] rules = ["--issuer", issuer.Url, "--audience", Audience];
        var verified = await CliRun.OfAsync(Sign(_key, issuer.Url), ["token", "verify", .. rules], TimeProvider.System);
        Assert.Equal((3, ""), (verified.ExitCode, verified.Output));
        var settings = _folder.Write("settings.json", $$$"""{"Authentication":{"Schemes":{"Watchword":{"Issuer":"{{{issuer.Url}}}","Audience":"{{{Audience}}}" } } } }""");
        var explained = await CliRun.OfAsync(Sign(_key, issuer.Url), ["token", "explain", "--settings", settings, "--data", _folder.File("none")], TimeProvider.System);
        Assert.Equal(3, explained.ExitCode);
    }

    [Fact]
    public async Task What_is_no_token_is_refused_without_asking_the_issuer()
    {
        var run = await VerifyAsync("nonsense", "http://localhost:1");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("refused: malformed: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_above_the_products_limit_is_too_large_and_endless_input_is_misuse()
    {
        var large = await VerifyAsync(new string('a', 20 * 1024), "http://localhost:1");
        Assert.Equal(1, large.ExitCode);
        Assert.StartsWith("refused: too_large: ", large.Error, StringComparison.Ordinal);
        var endless = await VerifyAsync(new string('a', 65 * 1024), "http://localhost:1");
        Assert.Equal(2, endless.ExitCode);
    }

    [Fact]
    public async Task A_shared_secret_verifies_without_any_issuer_also_while_it_is_being_replaced()
    {
        const string Issuer = "http://localhost:1";
        var secret = SharedSecret.Generate();
        using var key = secret.ToSigningKey();
        var file = _folder.Write("secret", $"{SharedSecret.Generate().Reveal()}\n{secret.Reveal()}\n");
        var run = await VerifyAsync(Sign(key, Issuer), Issuer, "--shared-secret-file", file);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        var asymmetric = await VerifyAsync(Sign(_key, Issuer), Issuer, "--shared-secret-file", file);
        Assert.Equal(1, asymmetric.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wws_short")]
    [InlineData("a\nb\nc")]
    public async Task A_shared_secret_file_that_is_no_such_thing_exits_2_without_showing_it(string content)
    {
        var run = await VerifyAsync("a.b.c", "http://localhost:1", "--shared-secret-file", _folder.Write("secret", content));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(_folder.File("secret"), run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wws_short", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_authority_is_trusted_only_when_it_is_named()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue("issuer");
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        await using var issuer = await FakeServer.StartAsync(
            server => server.ListenLocalhost(FreePort.Next(), endpoint => endpoint.UseHttps(pair)), PublishAsync);
        var token = Sign(_key, issuer.Url);
        Assert.Equal(3, (await VerifyAsync(token, issuer.Url)).ExitCode);
        var named = await VerifyAsync(token, issuer.Url, "--ca-file", _folder.Write("ca.pem", authority.Pem));
        Assert.Equal("", named.Error);
        Assert.Equal(0, named.ExitCode);
        using var other = new TestAuthority();
        Assert.Equal(3, (await VerifyAsync(token, issuer.Url, "--ca-file", _folder.Write("other.pem", other.Pem))).ExitCode);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    private static Task<CliRun> VerifyAsync(string token, string issuer, params string[] more) =>
        CliRun.OfAsync(token, ["token", "verify", "--issuer", issuer, "--audience", Audience, .. more]);

    private static string Sign(SigningKey key, string issuer, string audience = Audience, TimeSpan age = default) => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = issuer,
        Subject = "orders",
        ClientId = "orders",
        Audience = audience,
        IssuedAt = TimeProvider.System.GetUtcNow() - age,
        Lifetime = TimeSpan.FromMinutes(5),
    });

    private Task PublishAsync(HttpContext context)
    {
        var url = $"{context.Request.Scheme}://{context.Request.Host}";
        return context.Request.Path == "/jwks"
            ? context.Response.Body.WriteAsync(new KeySet([_key.ToVerificationKey()]).ToJson()).AsTask()
            : FakeServer.JsonAsync(context, 200, $$"""{"issuer":"{{url}}","jwks_uri":"{{url}}/jwks","token_endpoint":"{{url}}/oauth2/token"}""");
    }
}
