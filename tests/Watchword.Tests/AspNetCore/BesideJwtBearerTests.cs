// The scheme beside Microsoft's JwtBearer, as during a migration from one to the other.
using System.Net;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;

namespace Watchword.Tests.AspNetCore;

public sealed class BesideJwtBearerTests
{
    [Fact]
    public async Task Each_scheme_verifies_the_tokens_of_its_own_issuer()
    {
        await using var ours = await IssuerDouble.StartedAsync();
        await using var theirs = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(ours, theirs);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/watchword", ours.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/bearer", theirs.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/either", ours.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/either", theirs.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/watchword", theirs.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await target.GetAsync("/bearer", ours.Token())).StatusCode);
    }

    [Fact]
    public async Task Both_challenges_are_sent()
    {
        await using var ours = await IssuerDouble.StartedAsync();
        await using var theirs = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(ours, theirs);
        var answer = await target.GetAsync("/either", ours.Token(age: TimeSpan.FromHours(1)));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(2, answer.Challenges().Length);
        Assert.Contains("Bearer error=\"invalid_token\", error_description=\"expired: The token has expired.\"", answer.Challenges());
    }

    [Fact]
    public async Task A_token_that_JwtBearer_verified_meets_none_of_our_requirements()
    {
        await using var ours = await IssuerDouble.StartedAsync();
        await using var theirs = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(ours, theirs);
        foreach (var path in new[] { "/scope", "/client" })
        {
            Assert.Equal(HttpStatusCode.OK, (await target.GetAsync(path, ours.Token())).StatusCode);
            var answer = await target.GetAsync(path, theirs.Token());
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        Assert.NotEmpty(target.Log.Of("AccessRefused"));
        Assert.All(target.Log.Of("AccessRefused"), line => Assert.Contains("not authenticated by a Watchword scheme", line.Text));
    }

    [Fact]
    public async Task A_stock_policy_reads_the_same_claims_from_both()
    {
        await using var ours = await IssuerDouble.StartedAsync();
        await using var theirs = await IssuerDouble.StartedAsync();
        await using var target = await StartAsync(ours, theirs);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/stock", ours.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/stock", theirs.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/stock", ours.Token("other"))).StatusCode);
    }

    private static Task<TargetApp> StartAsync(IssuerDouble ours, IssuerDouble theirs)
    {
        var settings = TargetApp.Settings(ours.Url);
        return TargetApp.StartAsync(settings, services =>
        {
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
                .AddJwtBearer(options =>
                {
                    options.Authority = theirs.Url;
                    options.Audience = IssuerDouble.Audience;
                    options.RequireHttpsMetadata = false;
                    options.MapInboundClaims = false;
                })
                .AddWatchword();
            string[] both = [JwtBearerDefaults.AuthenticationScheme, WatchwordScheme.Name];
            services.AddAuthorizationBuilder()
                .AddPolicy("either", policy => policy.AddAuthenticationSchemes(both).RequireAuthenticatedUser())
                .AddPolicy("scope", policy => policy.AddAuthenticationSchemes(both).RequireScope("invoices:read"))
                .AddPolicy("client", policy => policy.AddAuthenticationSchemes(both).RequireClient("orders"))
                .AddPolicy("stock", policy => policy.AddAuthenticationSchemes(both).RequireClaim("scope", "invoices:read").RequireClaim("client_id", "orders"));
        }, app =>
        {
            app.MapGet("/watchword", _ => Task.CompletedTask).RequireScope("invoices:read");
            app.MapGet("/bearer", _ => Task.CompletedTask).RequireAuthorization();
            foreach (var policy in new[] { "either", "scope", "client", "stock" })
                app.MapGet($"/{policy}", _ => Task.CompletedTask).RequireAuthorization(policy);
        });
    }
}
