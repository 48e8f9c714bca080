// Tokens as stock issuers shape them (Keycloak, Entra, Okta), by a named profile: policies read client and scopes as they do of any token.
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class StockIssuerTests
{
    private const string Issuer = "https://login.example/fleet";

    public static TheoryData<string, string> Shapes => new()
    {
        { "keycloak", """ "azp":"orders","jti":"trrtcc:1","scope":"invoices:read email","client_id":"orders","typ":"Bearer","realm_access":{"roles":["admin"]} """ },
        { "entra", """ "azp":"orders","uti":"1","roles":["invoices:read"],"ver":"2.0","tid":"t" """ },
        { "entra-delegated", """ "azp":"orders","uti":"1","scp":"invoices:read email","ver":"2.0" """ },
        { "okta", """ "cid":"orders","jti":"1","scp":["invoices:read","email"],"ver":1 """ },
        { "duende", """ "client_id":"orders","jti":"1","scope":["invoices:read","email"] """ },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Its_client_and_scopes_are_read_by_our_requirements_and_by_stock_policies(string profile, string claims)
    {
        await using var target = await StartAsync(profile);
        var token = Token(profile, claims);
        foreach (var path in new[] { "/ours", "/stock", "/client" })
            Assert.Equal((path, HttpStatusCode.OK), (path, (await target.GetAsync(path, token)).StatusCode));
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/admin", token)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Without_its_profile_it_is_refused(string profile, string claims)
    {
        await using var target = await StartAsync("rfc9068");
        Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/ours", Token(profile, claims))).StatusCode);
    }

    [Theory]
    [InlineData("entra", """ "azp":"orders","uti":"1","roles":["invoices:read"],"scope":"admin","client_id":"admin" """)]
    [InlineData("okta", """ "cid":"orders","jti":"1","scp":["invoices:read"],"scope":["admin"],"client_id":"admin","roles":["admin"] """)]
    public async Task A_claim_that_only_looks_like_its_scopes_or_client_does_not_count(string profile, string claims)
    {
        await using var target = await StartAsync(profile);
        var token = Token(profile, claims);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/ours", token)).StatusCode);
        foreach (var path in new[] { "/admin", "/admin-client", "/role" })
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await target.GetAsync(path, token)).StatusCode));
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.Forbidden)]
    public async Task An_issuer_of_limited_scopes_grants_no_roles_either(bool isUnlimited, HttpStatusCode expected)
    {
        await using var target = await StartAsync("rfc9068", isUnlimited ? ["*"] : ["invoices:read"]);
        var token = Token("rfc9068", """ "client_id":"orders","jti":"1","scope":"invoices:read","roles":["admin"] """);
        Assert.Equal(expected, (await target.GetAsync("/role", token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/ours", token)).StatusCode);
    }

    private static Task<TargetApp> StartAsync(string profile, string[]? scopes = null)
    {
        Assert.True(TokenProfile.TryFind(profile, out var found));
        Assert.True(SubjectPatterns.TryParse(["orders", "service-account-*"], out var subjects, out _));
        return TargetApp.StartAsync([], services => services.AddAuthentication().AddWatchword(options =>
        {
            options.Audience = IssuerDouble.Audience;
            options.Issuers =
            [
                new TrustEntry
                {
                    Issuer = Issuer,
                    Keys = new KeySet([SampleKeys.Of("RS256").ToVerificationKey()]),
                    Subjects = subjects,
                    Scopes = scopes ?? ["invoices:read", "email"],
                    Profile = found,
                },
            ];
        }), app =>
        {
            app.MapGet("/ours", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireScope("invoices:read").RequireClient("orders", issuer: Issuer));
            app.MapGet("/stock", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("scope", "invoices:read"));
            app.MapGet("/client", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("client_id", "orders"));
            app.MapGet("/admin", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("scope", "admin"));
            app.MapGet("/admin-client", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("client_id", "admin"));
            app.MapGet("/role", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireRole("admin"));
        });
    }

    private static string Token(string profile, string claims)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var payload = $$"""{"iss":"{{Issuer}}","sub":"service-account-orders","aud":["{{IssuerDouble.Audience}}","account"],"iat":{{now}},"nbf":{{now}},"exp":{{now + 300}},{{claims}}}""";
        return JwtSigner.Sign(SampleKeys.Of("RS256"), Encoding.UTF8.GetBytes(payload), profile is "rfc9068" or "duende" ? "at+jwt" : "JWT");
    }
}
