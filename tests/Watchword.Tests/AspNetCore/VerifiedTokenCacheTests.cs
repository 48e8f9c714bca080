// The memory of verified tokens, over a real gate: what enters, what a hit checks and costs, what makes room.
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class VerifiedTokenCacheTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(TokenForge.Now);
    private readonly SigningKey _key = SigningKey.Generate(SignatureAlgorithm.HS256);
    private readonly TokenGate _gate;

    public VerifiedTokenCacheTests() =>
        _gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience }, new KeySet([_key.ToVerificationKey()]))], _clock);

    [Fact]
    public void A_repeated_token_gives_the_very_principal_it_gave_before()
    {
        var cache = new VerifiedTokenCache(_gate, 10);
        var token = Token("orders");
        Assert.Null(cache.Find(token));
        var principal = Remember(cache, _gate, token);
        Assert.Same(principal, cache.Find(token));
        Assert.Same(principal, cache.Find($"Bearer {token}".AsSpan(7)));
        Assert.Equal("orders", principal.Token.Subject);
    }

    [Fact]
    public void A_hit_allocates_nothing()
    {
        var cache = new VerifiedTokenCache(_gate, 10);
        var token = Token("orders");
        Remember(cache, _gate, token);
        for (var i = 0; i < 100; i++)
            Assert.NotNull(cache.Find(token));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            cache.Find(token);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_token_that_has_expired_is_forgotten_when_it_is_met()
    {
        var cache = new VerifiedTokenCache(_gate, 10);
        var token = Token("orders");
        Remember(cache, _gate, token);
        _clock.SetUtcNow(TokenForge.Now.AddSeconds(329));
        Assert.NotNull(cache.Find(token));
        _clock.SetUtcNow(TokenForge.Now.AddSeconds(330));
        Assert.Null(cache.Find(token));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Only_tokens_of_up_to_4096_characters_are_remembered()
    {
        var cache = new VerifiedTokenCache(_gate, 10);
        var empty = Sign(TokenForge.Claims(("pad", "\"\"")));
        for (var length = 4090; length <= 4102; length++)
        {
            // Base64url grows by four characters for three bytes, so that not every length can be had; some on either side can.
            var token = Sign(TokenForge.Claims(("pad", $"\"{new string('x', (length - empty.Length) * 3 / 4)}\"")));
            Remember(cache, _gate, token);
            Assert.Equal(token.Length <= 4096, cache.Find(token) is not null);
        }
        Assert.InRange(cache.Count, 1, 9);
    }

    [Fact]
    public void With_a_bound_of_zero_nothing_is_remembered()
    {
        var cache = new VerifiedTokenCache(_gate, 0);
        var token = Token("orders");
        Remember(cache, _gate, token);
        Assert.Null(cache.Find(token));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void As_many_tokens_as_the_bound_says_are_all_remembered()
    {
        var cache = new VerifiedTokenCache(_gate, 1000);
        var tokens = Enumerable.Range(0, 1000).Select(i => Token($"client-{i}")).ToArray();
        foreach (var token in tokens)
            Remember(cache, _gate, token);
        for (var i = 0; i < tokens.Length; i++)
            Assert.Equal($"client-{i}", cache.Find(tokens[i])?.Token.Subject);
    }

    [Fact]
    public void A_flood_of_100_000_good_tokens_stays_in_bounds_and_drives_no_hot_one_out()
    {
        const int bound = 1000;
        var cache = new VerifiedTokenCache(_gate, bound);
        for (var i = 0; i < bound; i++)
            Remember(cache, _gate, Token($"earlier-{i}"));
        var hot = Enumerable.Range(0, 100).Select(i => Token($"hot-{i}")).ToArray();
        foreach (var token in hot)
            Remember(cache, _gate, token);
        Assert.All(hot, token => Assert.NotNull(cache.Find(token)));
        var missed = 0;
        for (var i = 0; i < 100_000; i++)
        {
            // A hot token returns after two thousand strangers, twice as many as there is room for.
            if (i % 20 == 0 && cache.Find(hot[i / 20 % hot.Length]) is null)
                missed++;
            Remember(cache, _gate, Token($"stranger-{i}"));
            Assert.InRange(cache.Count, 0, bound);
        }
        Assert.Equal(0, missed);
    }

    [Fact]
    public async Task A_key_that_leaves_the_issuers_set_takes_its_tokens_along_and_the_others_stay()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url, new PatientClock());
        var cache = new VerifiedTokenCache(target.Gate, 10);
        var old = issuer.Key;
        string leaving = issuer.Token(), staying;
        await target.AcceptsAsync(leaving);
        Remember(cache, target.Gate, leaving);

        issuer.Rotate();
        await target.AcceptsAsync(staying = issuer.Token());
        Remember(cache, target.Gate, staying);
        Assert.NotNull(cache.Find(leaving)); // a key that is added changes nothing for the others

        var last = issuer.NewKey();
        var kept = issuer.Key.ToVerificationKey();
        issuer.Publish(last);
        issuer.AlsoPublish(kept);
        await target.AcceptsAsync(issuer.Token());
        Assert.Null(cache.Find(leaving));
        Assert.Equal(1, cache.Count);
        Assert.NotNull(cache.Find(staying));
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token(old));
    }

    [Fact]
    public async Task A_key_that_is_replaced_under_its_own_name_takes_its_tokens_along()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url, new PatientClock());
        var cache = new VerifiedTokenCache(target.Gate, 10);
        issuer.Publish(issuer.NewKey("the same kid"));
        var token = issuer.Token();
        await target.AcceptsAsync(token);
        Remember(cache, target.Gate, token);
        issuer.Publish(issuer.NewKey("the same kid"));
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
        Assert.Null(cache.Find(token));
        await target.RefusesAsync(RejectionCode.BadSignature, token);
    }

    public void Dispose() => _key.Dispose();

    private static SchemeRecord Record { get; } =
        new("Watchword", TokenForge.Issuer, NullLogger.Instance, new TargetMetrics(new Meter("Watchword.Tests"), () => [], () => []), TimeProvider.System);

    private static VerifiedPrincipal Remember(VerifiedTokenCache cache, TokenGate gate, string token)
    {
        var verified = gate.VerifyAsync(token).AsTask().GetAwaiter().GetResult().Token;
        Assert.NotNull(verified);
        var principal = new VerifiedPrincipal(verified, TokenClaims.Of(verified), Record);
        cache.Add(token, principal);
        return principal;
    }

    private string Sign(string claims) => JwtSigner.Sign(_key, System.Text.Encoding.UTF8.GetBytes(claims), "at+jwt");

    private string Token(string client) => JwtSigner.SignAccessToken(_key, new AccessTokenClaims
    {
        Issuer = TokenForge.Issuer,
        Subject = client,
        ClientId = client,
        Audience = TokenForge.Audience,
        IssuedAt = TokenForge.Now,
        Lifetime = TimeSpan.FromMinutes(5),
    });
}
