// The body of a refusal in Development: what was expected, what came, and what to change where. RFC 9457.
using System.Net;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Watchword.AspNetCore;
using Watchword.AspNetCore.Explanations;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class ExplanationTests : IDisposable
{
    private const string Service = "https://orders.internal";
    private readonly SigningKey _service = SigningKey.Generate(SignatureAlgorithm.ES256);

    public static TheoryData<string> Codes => [.. typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetRawConstantValue()!)];

    public void Dispose() => _service.Dispose();

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_is_explained_with_a_mend(string code)
    {
        var options = new WatchwordOptions { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience }, new KeySet([TokenForge.EcKey]))], TimeProvider.System);
        var token = TokenForge.ES256();
        var rejection = new Rejection(code, "It was refused.", "sub");
        var explained = code == RejectionCode.InsufficientScope
            ? Explainer.OfAccess(new AccessRefusal(rejection, "invoices:write"), Assert.IsType<VerifiedJwt>(Verified(gate)), TokenForge.Audience)
            : Explainer.OfToken(new Situation("Watchword", options, token, gate.Examine(token), IsInsider: true), rejection);
        Assert.Equal((code, "sub"), (explained.Code, explained.Claim));
        Assert.NotEmpty(explained.Mend);
        Assert.All(explained.Mend, mend => Assert.EndsWith(".", mend, StringComparison.Ordinal));
        Assert.DoesNotContain(explained.Mend, mend => mend.Contains("the application itself", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task It_says_what_was_expected_what_came_and_what_to_change()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer, ("ErrorUri", "https://docs.example/rejections"));
        using var answer = await target.GetAsync("/", issuer.Token(audience: "https://billing/"));
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("https://docs.example/rejections#wrong_audience", Text(body, "type"));
        Assert.Equal(401, body.GetProperty("status").GetInt32());
        Assert.Equal(("The token was refused.", "The token is for https://billing/; this target is https://billing.", "wrong_audience", "aud"), (Text(body, "title"), Text(body, "detail"), Text(body, "code"), Text(body, "claim")));
        Assert.Equal((IssuerDouble.Audience, "https://billing/"), (Text(body, "expected"), Text(body, "got")));
        Assert.Contains("a slash at the end", Mends(body), StringComparison.Ordinal);
        Assert.Contains("AddWatchwordToken(resource: \"https://billing\")", Mends(body), StringComparison.Ordinal);
        Assert.Contains("Authentication:Schemes:Watchword:Audience", Mends(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_schemes_on_one_policy_each_have_their_challenge_and_share_one_body()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url).Concat(TargetApp.Settings(issuer.Url, "Partner")).Append(new("environment", "Development")).ToDictionary();
        await using var target = await TargetApp.StartAsync(
            settings,
            services => services.AddAuthentication().AddWatchword().AddWatchword("Partner").AddJwtBearer(options => options.RequireHttpsMetadata = false),
            app => app.MapGet("/all", _ => Task.CompletedTask).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = "Watchword,Partner,Bearer" }));
        using var answer = await target.GetAsync("/all", issuer.Token(audience: "https://other"));
        Assert.Equal(3, answer.Challenges().Length);
        Assert.Equal("wrong_audience", Text(JsonElement.Parse(await answer.Content.ReadAsStringAsync()), "code"));
    }

    [Fact]
    public async Task An_application_that_writes_its_own_refusal_still_can()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        settings["environment"] = Environments.Development;
        await using var target = await TargetApp.StartAsync(settings, endpoints: app =>
        {
            app.Use(async (context, next) =>
            {
                await next(context);
                if (context.Response is { StatusCode: 401, HasStarted: false })
                    await context.Response.WriteAsync("ours");
            });
            app.UseAuthentication();
            app.UseAuthorization();
        });
        using var answer = await target.GetAsync("/", issuer.Token(audience: "https://other"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.EndsWith("ours", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_has_just_expired_speaks_of_clocks_first_and_an_old_one_of_the_caller()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        var soon = await ExplainAsync(target, issuer.Token(age: TimeSpan.FromMinutes(6)));
        Assert.Contains("clocks", soon.GetProperty("mend")[0].GetString(), StringComparison.Ordinal);
        Assert.Matches(@"^exp \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, \d+ s ago$", Text(soon, "got"));
        var old = await ExplainAsync(target, issuer.Token(age: TimeSpan.FromDays(3)));
        Assert.Contains("kept too long", old.GetProperty("mend")[0].GetString(), StringComparison.Ordinal);
        Assert.EndsWith("2 days ago", Text(old, "got"), StringComparison.Ordinal);
        Assert.Contains("from now", Text(await ExplainAsync(target, issuer.Token(age: TimeSpan.FromHours(-1))), "got"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task How_far_an_issuer_is_trusted_is_said_with_the_place_where_that_stands()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        var scope = await ExplainAsync(target, SelfIssued("invoices:read invoices:write"));
        Assert.Equal(("client_not_allowed", "no scopes but invoices:read", "scope invoices:read invoices:write"), (Text(scope, "code"), Text(scope, "expected"), Text(scope, "got")));
        Assert.Contains($"the entry of {Service} in Authentication:Schemes:Watchword:Issuers", Mends(scope), StringComparison.Ordinal);
        var subject = await ExplainAsync(target, SelfIssued("invoices:read", "billing"));
        Assert.Equal(($"sub: {Service}", "sub billing"), (Text(subject, "expected"), Text(subject, "got")));
    }

    [Fact]
    public async Task What_a_policy_lacks_is_said_with_the_command_that_grants_it()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        using var answer = await target.GetAsync("/write", issuer.Token());
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(("insufficient_scope", "scope invoices:write", "scope invoices:read"), (Text(body, "code"), Text(body, "expected"), Text(body, "got")));
        Assert.Contains("watchword grant add orders https://billing --scope invoices:write", Mends(body), StringComparison.Ordinal);
        var client = JsonElement.Parse(await (await target.GetAsync("/shipping", issuer.Token())).Content.ReadAsStringAsync());
        Assert.Equal(($"client shipping of {issuer.Url}", $"client orders of {issuer.Url}"), (Text(client, "expected"), Text(client, "got")));
        var self = JsonElement.Parse(await (await target.GetAsync("/write", SelfIssued("invoices:read"))).Content.ReadAsStringAsync());
        Assert.Contains("AddWatchwordSelfIssued(audience: \"https://billing\", scope: \"invoices:write\")", Mends(self), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer Bearer a.b.c", "malformed", "the word Bearer before the token")]
    [InlineData("Bearer \"a.b.c\"", "malformed", "quotation marks around or within the token")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9", "malformed", "the beginning of a token, which was cut")]
    [InlineData("Bearer opaque", "malformed", "one part without dots, as an opaque token has")]
    [InlineData("Bearer wwk_0000_0000_0000", "malformed", "an API key, which no target should ever see")]
    [InlineData("Bearer wws_0000_0000", "malformed", "a shared secret, with which anybody can make tokens")]
    [InlineData("Bearer {\"access_token\":\"a.b.c\"}", "malformed", "JSON, such as the whole answer of a token endpoint")]
    [InlineData("Bearer e30.e30.e30.e30.e30", "malformed", "five parts, as an encrypted token has")]
    [InlineData("Bearer a b", "malformed", "white space within the token")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.e30.", "unsupported_algorithm", "alg none")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA", "wrong_type", "typ JWT")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "wrong_type", "no typ")]
    public async Task What_is_no_access_token_is_told_apart(string header, string code, string got)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        using var answer = await target.SendAsync("/", header);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((code, got), (Text(body, "code"), Text(body, "got")));
    }

    [Theory]
    [InlineData("azp", "the profile keycloak")]
    [InlineData("uti", "the profile entra.")]
    [InlineData("cid", "the profile okta")]
    [InlineData("nonce", "an id token")]
    [InlineData("x", "RFC 9068")]
    public async Task What_a_token_of_another_type_looks_like_is_said(string claim, string mend)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        var token = TokenForge.ES256("""{"alg":"ES256","typ":"JWT","kid":"ec"}""", TokenForge.Claims((claim, "\"1\"")));
        Assert.Contains(mend, Mends(await ExplainAsync(target, token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_shell_would_take_for_its_own_is_in_no_command()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer);
        using var answer = await target.GetAsync("/write", issuer.Token(client: "x;$(reboot)"));
        var mend = Mends(JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
        Assert.Contains("watchword grant add CLIENT https://billing --scope invoices:write", mend, StringComparison.Ordinal);
        Assert.DoesNotContain("reboot", mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_applications_own_is_passed_on()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(issuer, configure: options => options.OnVerified = (_, _) => new(new Rejection("no_sundays", "Not on a Sunday.")));
        var body = await ExplainAsync(target, issuer.Token());
        Assert.Equal(("no_sundays", "Not on a Sunday."), (Text(body, "code"), Text(body, "detail")));
    }

    private static VerifiedJwt? Verified(TokenGate gate)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return gate.VerifyAsync(TokenForge.ES256(claims: TokenForge.Claims(("iat", $"{now}"), ("exp", $"{now + 60}")))).AsTask().GetAwaiter().GetResult().Token;
    }

    private Task<TargetApp> StartAsync(IssuerDouble issuer, (string Name, string Value)? setting = null, Action<WatchwordOptions>? configure = null)
    {
        var settings = TargetApp.Settings(issuer.Url);
        settings["environment"] = Environments.Development;
        if (setting is var (name, value))
            settings[$"Authentication:Schemes:Watchword:{name}"] = value;
        return TargetApp.StartAsync(settings, services =>
        {
            services.AddAuthentication().AddWatchword(options =>
            {
                options.Issuers = [new TrustEntry { Issuer = Service, Keys = new KeySet([_service.ToVerificationKey()]), Scopes = ["invoices:read"] }];
                configure?.Invoke(options);
            });
        }, app =>
        {
            app.MapGet("/write", _ => Task.CompletedTask).RequireScope("invoices:write");
            app.MapGet("/shipping", _ => Task.CompletedTask).RequireClient("shipping");
        });
    }

    private string SelfIssued(string scope, string? subject = null) => JwtSigner.SignAccessToken(_service, new AccessTokenClaims
    {
        Issuer = Service,
        Subject = subject ?? Service,
        ClientId = Service,
        Audience = IssuerDouble.Audience,
        Scope = scope,
        IssuedAt = TimeProvider.System.GetUtcNow(),
        Lifetime = TimeSpan.FromMinutes(1),
    });

    private static async Task<JsonElement> ExplainAsync(TargetApp target, string token)
    {
        using var answer = await target.GetAsync("/", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static string Mends(JsonElement body) => string.Join(' ', body.GetProperty("mend").EnumerateArray().Select(mend => mend.GetString()));

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var member) ? member.GetString() : null;
}
