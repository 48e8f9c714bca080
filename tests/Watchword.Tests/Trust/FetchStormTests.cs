// SECURITY.md item 35: 150 unknown kids cost the issuer at most 10 fetches, in whatever way they come.
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class FetchStormTests
{
    private const int Tokens = 150;
    private const int Most = 10;

    // The metadata and the keys.
    private const int AtStart = 2;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Unknown_kids_cost_the_issuer_at_most_ten_fetches(bool parallel, bool failing)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        if (failing)
            issuer.FailNext(int.MaxValue);
        await StormAsync(target, i => issuer.ForgedWithKid($"kid {i}"), parallel);
        Assert.InRange(issuer.Fetches, AtStart + 1, Most);
        await target.AcceptsAsync(issuer.Token());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_without_a_kid_cost_the_issuer_at_most_ten_fetches(bool parallel)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        issuer.Rotate();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        await StormAsync(target, i => issuer.Forged($$"""{"alg":"ES256","typ":"at+jwt","n":{{i}}}"""), parallel);
        Assert.InRange(issuer.Fetches, AtStart + 1, Most);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Strangers_cost_at_most_ten_fetches_while_the_issuer_has_never_answered(bool parallel)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        issuer.FailNext(int.MaxValue);
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        await StormAsync(target, i => issuer.ForgedWithKid($"kid {i}"), parallel);
        Assert.InRange(issuer.Fetches, AtStart + 1, 2 * Most);
        Assert.InRange(issuer.KeyFetches, 2, Most);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_kid_of_a_published_key_that_the_rules_leave_out_costs_at_most_ten_fetches(bool parallel)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        issuer.AlsoPublish(TokenForge.RsaKey);
        using var target = new FetchingTarget(issuer.Url, algorithms: [SignatureAlgorithm.ES256]);
        await target.StartAsync();
        await StormAsync(target, _ => issuer.Forged(TokenForge.Header("RS256", "rsa")), parallel);
        Assert.InRange(issuer.Fetches, AtStart + 1, Most);
    }

    [Fact]
    public async Task A_kid_that_two_published_keys_share_costs_at_most_ten_fetches()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        foreach (var _ in new[] { 1, 2 })
            issuer.AlsoPublish(issuer.NewKey("twins").ToVerificationKey());
        await target.StartAsync();
        await StormAsync(target, _ => issuer.ForgedWithKid("twins"), parallel: false);
        Assert.InRange(issuer.Fetches, AtStart + 1, Most);
    }

    [Fact]
    public async Task Long_kids_are_not_looked_for()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        var fetches = issuer.Fetches;
        await StormAsync(target, i => issuer.ForgedWithKid(new string('k', 257 + i)), parallel: false);
        Assert.Equal(fetches, issuer.Fetches);
    }

    [Fact]
    public async Task Bad_signatures_and_bad_claims_cost_no_fetch()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        var fetches = issuer.Fetches;
        for (var i = 0; i < 50; i++)
        {
            await target.RefusesAsync(RejectionCode.BadSignature, issuer.ForgedWithKid(issuer.Key.KeyId));
            await target.RefusesAsync(RejectionCode.AlgorithmMismatch, issuer.Forged(TokenForge.Header("RS256", issuer.Key.KeyId)));
            await target.RefusesAsync(RejectionCode.Expired, issuer.Token(at: TimeProvider.System.GetUtcNow().AddHours(-1)));
        }
        Assert.Equal(fetches, issuer.Fetches);
    }

    [Fact]
    public async Task After_a_storm_a_new_key_is_found_again_within_ten_seconds()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        await target.StartAsync();
        await StormAsync(target, i => issuer.ForgedWithKid($"kid {i}"), parallel: false);
        issuer.Rotate();
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token(at: clock.GetUtcNow()));
        clock.Advance(TimeSpan.FromSeconds(10));
        await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
    }

    [Fact]
    public void The_budget_gives_four_at_once_and_then_one_in_ten_seconds_also_when_the_clock_jumps()
    {
        var clock = new SettableClock();
        var bucket = new TokenBucket(4, TimeSpan.FromSeconds(10), clock);
        int Drain()
        {
            for (var taken = 0; ; taken++, bucket.Take())
            {
                if (!bucket.HasAny())
                    return taken;
            }
        }
        Assert.Equal(4, Drain());
        clock.Pass(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, Drain());
        clock.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, Drain());
        clock.Pass(TimeSpan.FromSeconds(25));
        Assert.Equal(2, Drain());
        clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(1, Drain());
        foreach (var hours in new[] { -1, 1, 100_000 })
        {
            clock.Now += TimeSpan.FromHours(hours);
            Assert.Equal(0, Drain());
        }
        clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(1, Drain());
        clock.Pass(TimeSpan.FromDays(4000));
        Assert.Equal(4, Drain());
    }

    [Fact]
    public void A_key_that_was_looked_for_in_vain_is_looked_for_again_after_a_minute_also_when_the_clock_was_put_back()
    {
        var clock = new SettableClock();
        var budget = new RefreshBudget(clock);
        clock.Now += TimeSpan.FromHours(1);
        budget.Miss("early");
        clock.Now -= TimeSpan.FromHours(1);
        Assert.False(budget.MayLookFor("early"));
        clock.Pass(TimeSpan.FromSeconds(60));
        Assert.True(budget.MayLookFor("early"));
    }

    private static async Task StormAsync(FetchingTarget target, Func<int, string> token, bool parallel)
    {
        if (parallel)
            await Parallel.ForAsync(0, Tokens, new ParallelOptions { MaxDegreeOfParallelism = Tokens }, async (i, _) => await target.RefusesAsync(RejectionCode.UnknownKey, token(i)));
        else
        {
            for (var i = 0; i < Tokens; i++)
                await target.RefusesAsync(RejectionCode.UnknownKey, token(i));
        }
    }

    // The clock of a machine can be set; its steady clock cannot.
    private sealed class SettableClock : TimeProvider
    {
        private TimeSpan _since;

        public DateTimeOffset Now { get; set; } = TokenForge.Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _since += time;
            Now += time;
        }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => _since.Ticks;
    }
}
