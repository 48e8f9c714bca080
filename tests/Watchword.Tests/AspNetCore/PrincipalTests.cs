// What the application is handed: the claims it expects, in a principal that it cannot change for others.
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;

namespace Watchword.Tests.AspNetCore;

public sealed class PrincipalTests
{
    [Fact]
    public async Task Claims_keep_their_names_and_each_scope_and_audience_is_a_claim()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer);
        var token = issuer.TokenWith("""
            "scope":"a b","roles":["x","y"],"level":3,"ratio":1.5e0,"on":true,"off":false,"none":null,
            "address":{"city":"Köln", "zip":[1,2]},"mixed":[1,"two",{"three":3},[4]],"say":"\"hi\"\n"
            """);
        var claims = (await (await target.GetAsync("/claims", token)).Content.ReadAsStringAsync()).Split('\n');
        string[] expected =
        [
            $"iss={issuer.Url} (string)", "sub=orders (string)", "client_id=orders (string)", $"aud={IssuerDouble.Audience} (string)", "jti=1 (string)",
            "scope=a b (string)", "scope=a (string)", "scope=b (string)", "roles=x (string)", "roles=y (string)", "level=3 (integer64)",
            "ratio=1.5e0 (double)", "on=true (boolean)", "off=false (boolean)", "address={\"city\":\"Köln\", \"zip\":[1,2]} (JSON)",
            "mixed=1 (integer64)", "mixed=two (string)", "mixed={\"three\":3} (JSON)", "mixed=[4] (JSON)",
        ];
        foreach (var claim in expected)
            Assert.Contains(claim, claims);
        Assert.DoesNotContain(claims, claim => claim.StartsWith("none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_subject_is_the_name_and_the_token_can_be_reached()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app => app.MapGet("/who", async context =>
        {
            var token = context.GetVerifiedJwt()!;
            var result = await context.AuthenticateAsync();
            await context.Response.WriteAsync($"{context.User.Identity!.Name} {token.ClientId} {token.HasScope("invoices:read")} "
                + $"{result.Properties!.ExpiresUtc == token.ExpiresAt.AddTicks(-(token.ExpiresAt.Ticks % TimeSpan.TicksPerSecond))}");
        }));
        Assert.Equal("orders orders True True", await (await target.GetAsync("/who", issuer.Token())).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nothing_that_would_change_the_principal_works_and_its_copy_is_ordinary()
    {
        ClaimsPrincipal? seen = null;
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app => app.MapGet("/see", context =>
        {
            seen = context.User;
            return Task.CompletedTask;
        }));
        await target.GetAsync("/see", issuer.Token("a b"));
        var identity = Assert.IsType<ClaimsIdentity>(seen!.Identity, exactMatch: false);
        var before = identity.Claims.Count();
        Assert.Throws<NotSupportedException>(() => identity.AddClaim(new("scope", "admin")));
        Assert.Throws<NotSupportedException>(() => identity.AddClaims([new("scope", "admin")]));
        Assert.Throws<NotSupportedException>(() => identity.RemoveClaim(identity.Claims.First()));
        Assert.Throws<NotSupportedException>(() => identity.TryRemoveClaim(identity.Claims.First()));
        Assert.Throws<NotSupportedException>(() => ((ICollection<Claim>)identity.Claims).Add(new("scope", "admin")));
        Assert.Throws<NotSupportedException>(() => seen.AddIdentity(new()));
        Assert.Throws<NotSupportedException>(() => seen.AddIdentities([new()]));
        Assert.Equal(before, identity.Claims.Count());

        var copy = seen.Clone();
        Assert.Equal(typeof(ClaimsPrincipal), copy.GetType());
        var copied = Assert.IsType<ClaimsIdentity>(copy.Identity);
        copied.AddClaim(new("scope", "admin"));
        copy.AddIdentity(new());
        Assert.Equal(before + 1, copied.Claims.Count());
        Assert.Equal("orders", copied.Name);
        Assert.True(copied.IsAuthenticated);
        Assert.Equal(before, identity.Claims.Count());
        Assert.Same(seen.GetVerifiedJwt(), copy.GetVerifiedJwt());
        Assert.Equal(before, new ClaimsIdentity(identity).Claims.Count());
    }

    [Fact]
    public async Task A_transformation_may_copy_and_add_but_not_widen_what_the_token_says()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddSingleton<IClaimsTransformation, Copying>();
        }, app =>
        {
            app.MapGet("/tenant", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("tenant", "blue").RequireScope("invoices:read"));
            app.MapGet("/admin", _ => Task.CompletedTask).RequireScope("admin");
        });
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/tenant", issuer.Token())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync("/admin", issuer.Token())).StatusCode);
    }

    [Fact]
    public async Task A_transformation_that_changes_the_principal_itself_fails_with_the_mend()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddSingleton<IClaimsTransformation, Meddling>();
        });
        Assert.Equal(HttpStatusCode.InternalServerError, (await target.GetAsync("/", issuer.Token())).StatusCode);
        Assert.Contains(target.Log.Lines, line => line.Text.Contains("change what its Clone() returns instead", StringComparison.Ordinal));
    }

    private sealed class Copying : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            var copy = principal.Clone();
            ((ClaimsIdentity)copy.Identity!).AddClaims([new("tenant", "blue"), new("scope", "admin")]);
            return Task.FromResult(copy);
        }
    }

    private sealed class Meddling : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            ((ClaimsIdentity)principal.Identity!).AddClaim(new("tenant", "blue"));
            return Task.FromResult(principal);
        }
    }
}
