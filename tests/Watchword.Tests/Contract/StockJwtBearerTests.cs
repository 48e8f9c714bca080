// Microsoft's JwtBearer, with nothing of ours in it, as a target of our issuer: it finds the metadata and the keys by
// itself, accepts our tokens and refuses others.
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class StockJwtBearerTests
{
    private const string Shipping = "https://shipping";

    [Fact]
    public async Task Stock_target_accepts_our_token_and_reads_its_claims()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        await using var target = await StartTargetAsync(issuer.Url, CallerExtensions.Billing);
        using var answer = await CallAsync(target, await issuer.RequestTokenAsync(await issuer.AddCallerAsync()));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var claims = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("orders", claims.GetProperty("sub").GetString());
        Assert.Equal("orders", claims.GetProperty("client_id").GetString());
        Assert.Equal("invoices:read", claims.GetProperty("scope").GetString());
        Assert.Equal(issuer.Url, claims.GetProperty("iss").GetString());
        Assert.Equal(CallerExtensions.Billing, claims.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Stock_target_refuses_a_token_for_another_and_a_tampered_one()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        var caller = await issuer.AddCallerAsync();
        await issuer.JsonAsync("resource", "create", Shipping, "--scope", "invoices:read");
        await issuer.JsonAsync("grant", "add", caller.ClientId, Shipping, "--scope", "invoices:read");
        var token = await issuer.RequestTokenAsync(caller);
        await using var target = await StartTargetAsync(issuer.Url, CallerExtensions.Billing);
        await using var other = await StartTargetAsync(issuer.Url, Shipping);
        // Both know the issuer and its keys: they refuse a token for what it is.
        using var good = await CallAsync(target, token);
        using var others = await CallAsync(other, await issuer.RequestTokenAsync(caller with { Resource = Shipping }));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (good.StatusCode, others.StatusCode));
        var parts = token.Split('.');
        var tampered = string.Join('.', parts[0], parts[1], (parts[2][0] == 'A' ? 'B' : 'A') + parts[2][1..]);
        using var misdirected = await CallAsync(other, token);
        using var forged = await CallAsync(target, tampered);
        Assert.Equal(HttpStatusCode.Unauthorized, misdirected.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    private static async Task<WebApplication> StartTargetAsync(string authority, string audience)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // else the test leaves keys in the home folder
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = authority;
            options.Audience = audience;
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
        });
        var app = builder.Build();
        app.MapGet("/", (HttpContext context) => context.User.Claims.GroupBy(c => c.Type).ToDictionary(g => g.Key, g => g.First().Value))
            .RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    private static async Task<HttpResponseMessage> CallAsync(WebApplication target, string token)
    {
        using var client = target.GetTestClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }
}
