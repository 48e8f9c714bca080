// An application that writes to whatever it is handed changes nothing for the next request with the same token. SECURITY.md 14.
using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Tests.AspNetCore;

namespace Watchword.Tests.Attacks;

public sealed class SharedPrincipalAttacks
{
    [Fact]
    public async Task A_transformation_that_writes_everywhere_from_two_threads_has_no_effect_on_others()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var vandal = new Vandal();
        await using var target = await TargetApp.StartAsync(issuer, services =>
        {
            services.AddAuthentication().AddWatchword();
            services.AddSingleton<IClaimsTransformation>(vandal);
        }, app =>
        {
            app.MapGet("/admin", _ => Task.CompletedTask).RequireScope("admin");
            app.MapGet("/role", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireRole("admin"));
            app.MapGet("/stock", _ => Task.CompletedTask).RequireAuthorization(policy => policy.RequireClaim("scope", "admin"));
            app.MapGet("/read", _ => Task.CompletedTask).RequireScope("invoices:read");
        });
        var token = issuer.Token("invoices:read invoices:write");
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/read", token)).StatusCode); // or both threads would verify it
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/read", token)).StatusCode);
                foreach (var path in new[] { "/admin", "/role", "/stock" })
                    Assert.Equal(HttpStatusCode.Forbidden, (await target.GetAsync(path, token)).StatusCode);
            }
        })));
        Assert.Equal(801, vandal.Visits);
        Assert.Empty(vandal.Traces);
        Assert.Single(vandal.Principals); // or nothing was shared, and nothing was tested
    }

    [Fact]
    public async Task Authentication_properties_belong_to_one_request()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(issuer, endpoints: app => app.MapGet("/properties", async context =>
        {
            var result = await context.AuthenticateAsync("Watchword");
            await context.Response.WriteAsync($"{result.Properties!.Items.Count} {result.Properties.ExpiresUtc is not null}");
            result.Properties.Items["mine"] = "yes";
            result.Properties.ExpiresUtc = null;
        }));
        var token = issuer.Token();
        for (var i = 0; i < 3; i++)
            Assert.Equal("1 True", await (await target.GetAsync("/properties", token)).Content.ReadAsStringAsync());
    }

    /// <summary>Writes to everything that can be reached from a principal, and reports whatever was there before it came.</summary>
    private sealed class Vandal : IClaimsTransformation
    {
        private int _visits;

        public int Visits => Volatile.Read(ref _visits);

        public ConcurrentQueue<string> Traces { get; } = new();

        public ConcurrentDictionary<ClaimsPrincipal, bool> Principals { get; } = new(ReferenceEqualityComparer.Instance);

        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            Interlocked.Increment(ref _visits);
            Principals[principal] = true;
            foreach (var identity in Reachable(principal))
                Spoil(identity);
            Expect(principal.Claims.Count(claim => claim.Type == "scope") == 3 && !principal.IsInRole("admin") && !principal.HasClaim("scope", "admin"), "claims");
            Try(() => principal.AddIdentity(new ClaimsIdentity([new Claim("scope", "admin"), new Claim("roles", "admin")], "Watchword", "sub", "roles")));
            Try(() => principal.AddIdentities([new ClaimsIdentity([new Claim("scope", "admin")])]));
            Try(() => ((IList<ClaimsIdentity>)principal.Identities)[0] = new ClaimsIdentity([new Claim("scope", "admin")], "Watchword"));
            Try(() => ((List<ClaimsIdentity>)principal.Identities).Add(new ClaimsIdentity([new Claim("scope", "admin")], "Watchword")));
            return Task.FromResult(principal);
        }

        // However one comes to an identity.
        private static IEnumerable<ClaimsIdentity> Reachable(ClaimsPrincipal principal) =>
        [
            (ClaimsIdentity)principal.Identity!, .. principal.Identities, principal.Claims.First().Subject!, principal.FindFirst("sub")!.Subject!,
            principal.FindFirst(claim => claim.Type == "scope")!.Subject!, principal.FindAll("scope").First().Subject!, principal.FindAll(_ => true).First().Subject!,
            principal.Identities.First().Claims.First().Subject!,
        ];

        private void Spoil(ClaimsIdentity identity)
        {
            Expect(identity.Label is null && identity.Actor is null && identity.Name == "orders" && identity.BootstrapContext is ClaimsPrincipal, "identity");
            identity.Label = "spoilt";
            identity.Actor = new ClaimsIdentity([new Claim("scope", "admin")]);
            identity.BootstrapContext = "spoilt";
            IEnumerable<Claim> claims = [.. identity.Claims, identity.FindFirst("scope")!, .. identity.FindAll("scope")];
            foreach (var claim in claims.Distinct())
            {
                Expect(claim.GetType() == typeof(Claim) && claim.Properties.Count == 0, $"claim {claim.Type}");
                claim.Properties["spoilt"] = "yes";
            }
            Try(() => identity.AddClaim(new Claim("scope", "admin")));
            Try(() => identity.AddClaims([new Claim("roles", "admin")]));
            Try(() => identity.RemoveClaim(identity.Claims.First()));
            Try(() => identity.TryRemoveClaim(identity.Claims.First()));
            Try(() => ((IList<Claim>)identity.Claims)[0] = new Claim("scope", "admin"));
            Try(() => ((IList<Claim>)identity.Claims).Add(new Claim("scope", "admin")));
            Try(() => ((List<Claim>)identity.Claims).Add(new Claim("scope", "admin")));
            Try(() => ((Claim[])identity.Claims)[0] = new Claim("scope", "admin"));
            var copy = new ClaimsIdentity(identity);
            Expect(copy.Claims.All(claim => claim.GetType() == typeof(Claim) && claim.Properties.Count == 0), "copy");
            copy.AddClaim(new Claim("scope", "admin"));
            foreach (var claim in copy.Claims)
                claim.Properties["spoilt"] = "yes";
        }

        private void Expect(bool condition, string what)
        {
            if (!condition)
                Traces.Enqueue(what);
        }

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (Exception fault) when (fault is NotSupportedException or InvalidCastException)
            {
                // Refused, which is as good as without effect.
            }
        }
    }
}
