// The gate: which issuer, that issuer's keys and rules, nobody else's.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class TokenGateTests
{
    [Fact]
    public async Task Keys_are_never_pooled_across_issuers_even_under_one_kid()
    {
        var clock = new FakeTimeProvider(TokenForge.Now);
        string[] names = ["https://one.example", "https://two.example", "https://three.example"];
        var keys = names.Select(_ => SigningKey.Generate(SignatureAlgorithm.ES256, "the same kid")).ToArray();
        var gate = new TokenGate(names.Select((name, i) => new TrustedIssuer(Rules(name), new KeySet([keys[i].ToVerificationKey()]))), clock);
        for (var signer = 0; signer < names.Length; signer++)
        {
            for (var named = 0; named < names.Length; named++)
            {
                var verdict = await gate.VerifyAsync(Token(keys[signer], names[named]));
                Assert.Equal(signer == named ? null : RejectionCode.BadSignature, verdict.Rejection?.Code);
                Assert.Equal(signer == named ? names[named] : null, verdict.Token?.Issuer);
            }
        }
        Assert.All(keys, key => key.Dispose());
    }

    [Fact]
    public async Task A_shared_secret_is_good_for_its_own_issuer_and_nothing_fetched()
    {
        var secret = SharedSecret.Generate();
        using var key = secret.ToSigningKey();
        using var other = SigningKey.Generate(SignatureAlgorithm.ES256);
        var gate = new TokenGate(
            [
                new TrustedIssuer(Rules("https://one.example"), new KeySet([secret.ToVerificationKey()])),
                new TrustedIssuer(Rules("https://two.example"), new KeySet([other.ToVerificationKey()])),
            ],
            new FakeTimeProvider(TokenForge.Now));
        Assert.True((await gate.VerifyAsync(Token(key, "https://one.example"))).IsAccepted);
        Assert.Equal(RejectionCode.UnknownKey, (await gate.VerifyAsync(Token(key, "https://two.example"))).Rejection?.Code);
        Assert.Equal(RejectionCode.UnknownKey, (await gate.VerifyAsync(Token(other, "https://one.example"))).Rejection?.Code);
    }

    [Fact]
    public async Task Each_issuer_has_its_own_rules()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var keys = new KeySet([key.ToVerificationKey()]);
        var strict = new JwtRules { Issuer = "https://one.example", Audience = TokenForge.Audience, MaxLifetime = TimeSpan.FromMinutes(1) };
        var gate = new TokenGate([new TrustedIssuer(strict, keys), new TrustedIssuer(Rules("https://two.example"), keys)], new FakeTimeProvider(TokenForge.Now));
        Assert.Equal(RejectionCode.LifetimeTooLong, (await gate.VerifyAsync(Token(key, "https://one.example"))).Rejection?.Code);
        Assert.True((await gate.VerifyAsync(Token(key, "https://two.example"))).IsAccepted);
    }

    [Fact]
    public async Task Ten_thousand_unknown_issuers_cause_no_fetch()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        for (var i = 0; i < 10_000; i++)
        {
            var name = i % 2 == 0 ? $"{issuer.Url}/{i}" : $"http://127.0.0.1:{i}";
            var verdict = target.Gate.VerifyAsync(TokenForge.Sign(TokenForge.Header("ES256", $"{i}"), $$"""{"iss":"{{name}}"}""", _ => []));
            Assert.True(verdict.IsCompletedSuccessfully);
            Assert.Equal(RejectionCode.UnknownIssuer, (await verdict).Rejection?.Code);
        }
        Assert.Equal(0, issuer.Fetches);
    }

    [Fact]
    public async Task A_second_iss_does_not_lead_to_another_issuers_keys()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256, "k");
        var keys = new KeySet([key.ToVerificationKey()]);
        var gate = new TokenGate([new TrustedIssuer(Rules("https://one.example"), keys), new TrustedIssuer(Rules("https://two.example"), KeySet.Empty)], new FakeTimeProvider(TokenForge.Now));
        var claims = TokenForge.Claims(("iss", "\"https://one.example\""));
        foreach (var more in new[] { ",\"iss\":\"https://two.example\"}", ",\"\\u0069ss\":\"https://two.example\"}" })
            Assert.Equal(RejectionCode.Malformed, (await gate.VerifyAsync(JwtSigner.Sign(key, System.Text.Encoding.UTF8.GetBytes(claims[..^1] + more), "at+jwt"))).Rejection?.Code);
        Assert.True((await gate.VerifyAsync(JwtSigner.Sign(key, System.Text.Encoding.UTF8.GetBytes(claims), "at+jwt"))).IsAccepted);
    }

    [Fact]
    public async Task A_request_that_is_ended_does_not_wait_on()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        var released = new TaskCompletionSource();
        var keys = System.Text.Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson());
        issuer.AnswerKeysBy(async context =>
        {
            await released.Task;
            await PublishingIssuer.JsonAsync(context, keys);
        });
        using var end = new CancellationTokenSource();
        var waiting = target.Gate.VerifyAsync(issuer.Token(), end.Token).AsTask();
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > 0);
        Assert.False(waiting.IsCompleted);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System));
        // The fetch belongs to all: the next request finds its fruit.
        released.SetResult();
        await FetchingTarget.UntilAsync(() => target.Keys.Current.Keys.Count == 1);
        Assert.Equal(1, issuer.KeyFetches);
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task A_request_ended_before_it_began_is_still_answered_where_nothing_is_waited_for()
    {
        using var end = new CancellationTokenSource();
        await end.CancelAsync();
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var gate = new TokenGate([new TrustedIssuer(Rules("https://one.example"), new KeySet([key.ToVerificationKey()]))], new FakeTimeProvider(TokenForge.Now));
        Assert.True((await gate.VerifyAsync(Token(key, "https://one.example"), end.Token)).IsAccepted);
    }

    [Fact]
    public async Task Impossible_gates_are_refused_when_they_are_made()
    {
        Assert.Throws<ArgumentException>(() => new TokenGate([], TimeProvider.System));
        var issuer = new TrustedIssuer(Rules("https://one.example"), KeySet.Empty);
        Assert.Throws<ArgumentException>(() => new TokenGate([issuer, new TrustedIssuer(Rules("https://one.example"), KeySet.Empty)], TimeProvider.System));
        using var target = new FetchingTarget("https://two.example");
        Assert.Contains("two.example", Assert.Throws<ArgumentException>(() => new TrustedIssuer(Rules("https://one.example"), target.Keys)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new TokenGate([issuer], TimeProvider.System).Recheck(null!));
        Assert.Equal(RejectionCode.Malformed, (await new TokenGate([issuer], TimeProvider.System).VerifyAsync(null)).Rejection?.Code);
    }

    private static JwtRules Rules(string issuer) => new() { Issuer = issuer, Audience = TokenForge.Audience };

    private static string Token(SigningKey key, string issuer) => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = issuer,
        Subject = "orders",
        ClientId = "orders",
        Audience = TokenForge.Audience,
        IssuedAt = TokenForge.Now,
        Lifetime = TimeSpan.FromMinutes(5),
    });
}
