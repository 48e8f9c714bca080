// Who may do what: scopes and clients on endpoints, in named policies, and through stock policies.
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;

namespace Watchword.Tests.AspNetCore;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("invoices:read", HttpStatusCode.OK)]
    [InlineData("invoices:write invoices:read", HttpStatusCode.OK)]
    [InlineData("invoices:write", HttpStatusCode.Forbidden)]
    [InlineData("invoices:readx", HttpStatusCode.Forbidden)]
    [InlineData("INVOICES:READ", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    public async Task An_endpoint_that_requires_a_scope_asks_for_exactly_that_scope(string? scope, HttpStatusCode expected)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddAuthorizationBuilder().AddPolicy("read", policy => policy.RequireScope("invoices:read"));
        }, app =>
        {
            app.MapGet("/endpoint", _ => Task.CompletedTask).RequireScope("invoices:read");
            app.MapGet("/policy", _ => Task.CompletedTask).RequireAuthorization("read");
            app.MapGet("/attribute", [RequireScope("invoices:read")] (_) => Task.CompletedTask);
            app.MapGet("/stock", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("scope", "invoices:read"));
        });
        foreach (var path in new[] { "/endpoint", "/policy", "/attribute", "/stock" })
            Assert.Equal(expected, (await target.GetAsync(path, issuer.Token(scope))).StatusCode);
    }

    [Theory]
    [InlineData("orders", HttpStatusCode.OK)]
    [InlineData("Orders", HttpStatusCode.Forbidden)]
    [InlineData("shipping", HttpStatusCode.Forbidden)]
    public async Task An_endpoint_that_requires_a_client_lets_in_that_client(string client, HttpStatusCode expected)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddAuthorizationBuilder().AddPolicy("orders", policy => policy.RequireClient("orders"));
        }, app =>
        {
            app.MapGet("/endpoint", _ => Task.CompletedTask).RequireClient("orders");
            app.MapGet("/issuer", _ => Task.CompletedTask).RequireClient("orders", issuer: issuer.Url);
            app.MapGet("/policy", _ => Task.CompletedTask).RequireAuthorization("orders");
            app.MapGet("/attribute", [RequireClient("orders")] (_) => Task.CompletedTask);
        });
        foreach (var path in new[] { "/endpoint", "/issuer", "/policy", "/attribute" })
            Assert.Equal(expected, (await target.GetAsync(path, issuer.Token(client: client))).StatusCode);
    }

    [Fact]
    public async Task A_client_of_another_issuer_is_another_client()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/other", _ => Task.CompletedTask).RequireClient("orders", issuer: "https://issuer.example"));
        var answer = await target.GetAsync("/other", issuer.Token(client: "orders"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("client_not_allowed", answer.Challenge());
        Assert.Contains($"the caller is client orders of {issuer.Url}", Assert.Single(target.Log.Of("AccessRefused")).Text);
    }

    [Fact]
    public async Task A_principal_made_elsewhere_with_the_same_claims_meets_no_requirement()
    {
        const string Issuer = "https://issuer.example";
        Claim[] claims =
        [
            new("scope", "invoices:read"), new("client_id", "orders"), new("sub", "orders"), new("iss", Issuer),
        ];
        var forged = new ClaimsPrincipal(new ClaimsIdentity(claims, WatchwordScheme.Name));
        Assert.False(await MeetsAsync(forged, new ScopeRequirement("invoices:read")));
        Assert.False(await MeetsAsync(forged, new ClientRequirement("orders")));
        Assert.False(await MeetsAsync(forged, new ClientRequirement("orders", Issuer)));
        Assert.False(await MeetsAsync(new ClaimsPrincipal(), new ScopeRequirement("invoices:read")));
    }

    [Fact]
    public async Task A_claim_that_differs_from_a_registered_one_in_case_opens_nothing()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
        {
            app.MapGet("/stock", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("scope", "admin"));
            app.MapGet("/role", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireRole("admin"));
            app.MapGet("/scope", _ => Task.CompletedTask).RequireScope("admin");
        });
        var token = issuer.TokenWith("\"SCOPE\":\"admin\",\"Roles\":[\"admin\"],\"scope\":\"invoices:read\",\"\\u0073cop\\u0065 \":\"admin\"");
        foreach (var path in new[] { "/stock", "/role", "/scope" })
            Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync(path, token)).StatusCode);
    }

    [Fact]
    public async Task Roles_in_the_token_are_roles()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/role", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireRole("auditor")));
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/role", issuer.TokenWith("\"roles\":[\"clerk\",\"auditor\"]"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/role", issuer.TokenWith("\"roles\":[\"clerk\"]"))).StatusCode);
    }

    [Fact]
    public async Task Requirements_hold_for_a_whole_group()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGroup("/admin").RequireScope("admin").MapGet("/x", _ => Task.CompletedTask));
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/admin/x", issuer.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/admin/x", issuer.Token("admin"))).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("caf\u00e9")]
    public void What_is_not_one_scope_cannot_be_required(string scope) => Assert.Throws<ArgumentException>(() => new ScopeRequirement(scope));

    private static async Task<bool> MeetsAsync(ClaimsPrincipal user, IAuthorizationRequirement requirement)
    {
        await using var services = new ServiceCollection().AddLogging().AddAuthorization().BuildServiceProvider();
        var result = await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(user, new DefaultHttpContext(), requirement);
        return result.Succeeded;
    }
}
