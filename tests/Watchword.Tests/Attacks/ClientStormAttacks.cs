// SECURITY 29: a target that refuses every token cannot make the client storm the issuer.
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.Client;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Attacks;

public sealed class ClientStormAttacks
{
    [Fact]
    public async Task A_target_that_refuses_everything_costs_the_issuer_one_token_in_ten_seconds()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        await using var target = await ScriptedTarget.StartAsync();
        target.Refuses = static _ => true;
        var clock = new FakeTimeProvider();
        await using var provider = Provider(issuer, target, clock);
        using var http = provider.Billing();

        for (var second = 0; second < 30; second++)
        {
            var calls = Enumerable.Range(0, 20).Select(_ => http.GetAsync(new Uri("/", UriKind.Relative))).ToList();
            Assert.All(await Task.WhenAll(calls), response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // The first token, and renewals at 0, 10 and 20 s.
        Assert.Equal(4, issuer.Requests.Count);
        Assert.InRange(target.Calls.Count, 600, 1200);
    }

    [Fact]
    public async Task The_limit_is_per_resource_whatever_the_scope()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        await using var target = await ScriptedTarget.StartAsync();
        target.Refuses = static _ => true;
        using var tokens = Tokens(issuer, new FakeTimeProvider());
        for (var i = 0; i < 10; i++)
        {
            using var handler = new Watchword.Client.WatchwordTokenHandler(tokens, Resource, $"scope:{i}", new Uri(target.Url)) { InnerHandler = new SocketsHttpHandler() };
            using var http = new HttpClient(handler);
            using var refused = await http.GetAsync(new Uri(target.Url));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(11, issuer.Requests.Count);
    }

    [Fact]
    public async Task Endless_scopes_do_not_fill_the_memory()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer);
        var cache = source.Cache;
        for (var i = 0; i < Watchword.Client.Tokens.TokenCache.MostTokens + 50; i++)
            _ = cache[new Watchword.Client.Tokens.TokenTarget(Resource, $"scope:{i}")];
        Assert.Equal(Watchword.Client.Tokens.TokenCache.MostTokens, cache.Count);
        Assert.Equal("t1", (await source.GetTokenAsync(Resource, "one-more")).Reveal());
        Assert.Equal(Watchword.Client.Tokens.TokenCache.MostTokens, cache.Count);
    }
}
