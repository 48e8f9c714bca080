// What a refused caller is told, to the byte (RFC 6750 §3).
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;

namespace Watchword.Tests.AspNetCore;

public sealed class ChallengeTests
{
    [Fact]
    public async Task Without_a_token_the_challenge_is_bare()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.GetAsync("/", null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Challenge());
    }

    [Fact]
    public async Task A_token_that_fails_is_told_why()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var expired = await target.GetAsync("/", issuer.Token(age: TimeSpan.FromHours(1)));
        Assert.Equal(HttpStatusCode.Unauthorized, expired.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"expired: The token has expired.\"", expired.Challenge());
        var misdirected = await target.GetAsync("/", issuer.Token(audience: "https://other"));
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"wrong_audience: The token is meant for another resource.\"", misdirected.Challenge());
    }

    [Fact]
    public async Task A_token_without_the_scope_is_told_which_scopes_are_needed()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/both", _ => Task.CompletedTask).RequireScope("invoices:read").RequireScope("invoices:write"));
        var answer = await target.GetAsync("/both", issuer.Token("invoices:read"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", scope=\"invoices:read invoices:write\", "
            + "error_description=\"insufficient_scope: The token lacks a scope that this request needs.\"",
            answer.Challenge());
    }

    [Fact]
    public async Task A_client_that_may_not_call_is_told_so()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/orders", _ => Task.CompletedTask).RequireClient("orders"));
        var answer = await target.GetAsync("/orders", issuer.Token(client: "shipping"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", error_description=\"client_not_allowed: This client may not make this request.\"", answer.Challenge());
    }

    [Fact]
    public async Task A_stock_policy_that_fails_gets_a_general_reason()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app =>
            app.MapGet("/stock", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("department", "sales")));
        var answer = await target.GetAsync("/stock", issuer.Token());
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", error_description=\"insufficient_scope: The token does not permit this request.\"", answer.Challenge());
    }

    [Fact]
    public async Task With_an_error_page_every_challenge_with_an_error_leads_to_its_code()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = new Dictionary<string, string?>(TargetApp.Settings(issuer.Url)) { ["Authentication:Schemes:Watchword:ErrorUri"] = "https://docs.example/rejections" };
        await using var target = await TargetApp.StartAsync(settings, endpoints: app => app.MapGet("/write", _ => Task.CompletedTask).RequireScope("invoices:write"));
        Assert.Equal("Bearer", (await target.GetAsync("/", null)).Challenge());
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"expired: The token has expired.\", error_uri=\"https://docs.example/rejections#expired\"",
            (await target.GetAsync("/", issuer.Token(age: TimeSpan.FromHours(1)))).Challenge());
        Assert.EndsWith(", error_uri=\"https://docs.example/rejections#insufficient_scope\"", (await target.GetAsync("/write", issuer.Token())).Challenge(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"http://127.0.0.1:1/\u00e9\u4e2d\"")]
    [InlineData("\"http://127.0.0.1:1/\\u00e9\\u0000\\r\\nSet-Cookie: a=b\"")]
    [InlineData("\"\\\"\\\\ evil\"")]
    public async Task Whatever_the_issuer_claim_holds_the_challenge_is_plain_ASCII(string issuerJson)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var answer = await target.GetAsync("/", issuer.TokenWith("\"scope\":\"invoices:read\"", issuerJson));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"unknown_issuer: The token's issuer is not trusted here.\"", answer.Challenge());
        Assert.NotEmpty(target.Log.Of("TokenRefused"));
        Assert.All(target.Log.Of("TokenRefused"), line => Assert.True(line.Text.All(character => character is >= ' ' and <= '~')));
    }

    [Fact]
    public async Task A_rejection_by_the_application_cannot_break_the_header()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services => services.AddAuthentication().AddWatchword(options =>
            options.OnVerified = (_, _) => ValueTask.FromResult<Rejection?>(new Rejection("not_today", "caf\u00e9 \"closed\"\r\nX: y"))));
        var answer = await target.GetAsync("/", issuer.Token());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\", error_description=\"not_today: caf? 'closed'??X: y\"", answer.Challenge());
    }
}
