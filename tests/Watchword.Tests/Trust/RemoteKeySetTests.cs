// SECURITY.md item 35: a new key is found within the request, strangers cannot make us fetch, and a good set survives a bad issuer.
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Trust;

public sealed class RemoteKeySetTests
{
    [Fact]
    public async Task The_first_request_fetches_the_keys()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        Assert.Equal(0, issuer.Fetches);
        await target.AcceptsAsync(issuer.Token());
        Assert.InRange(issuer.Fetches, 2, 4);
        for (var i = 0; i < 20; i++)
            await target.AcceptsAsync(issuer.Token());
        Assert.InRange(issuer.Fetches, 2, 4);
        Assert.Null(target.Keys.Fault);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_as_soon_as_the_next_one_signs()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        var (revoked, standby) = (issuer.Key, issuer.NewKey());
        issuer.AlsoPublish(standby.ToVerificationKey());
        await target.StartAsync();
        clock.Advance(TimeSpan.FromSeconds(3));
        await FetchingTarget.UntilAsync(() => target.Refreshes.Count == 2, () => target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow())).Wait());

        issuer.Publish(standby);
        clock.Advance(TimeSpan.FromSeconds(3));
        await target.AcceptsAsync(issuer.Token(revoked, at: clock.GetUtcNow()));
        Assert.Equal(2, target.Refreshes.Count);
        await FetchingTarget.UntilAsync(() => target.Refreshes.Count == 3, () => target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow())).Wait());
        Assert.Single(target.Keys.Current.Keys);
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token(revoked, at: clock.GetUtcNow()));
    }

    [Fact]
    public async Task Each_key_that_signs_causes_one_fetch_however_many_tokens_it_signs()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        var (first, second) = (issuer.Key, issuer.NewKey());
        issuer.AlsoPublish(second.ToVerificationKey());
        await target.StartAsync();
        foreach (var (key, fetches) in new[] { (first, 2), (second, 3) })
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            await FetchingTarget.UntilAsync(() => target.Refreshes.Count == fetches, () => target.AcceptsAsync(issuer.Token(key, at: clock.GetUtcNow())).Wait());
        }
        for (var i = 0; i < 50; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            await target.AcceptsAsync(issuer.Token(i % 2 == 0 ? first : second, at: clock.GetUtcNow()));
            await target.RefusesAsync(RejectionCode.BadSignature, issuer.ForgedWithKid(second.KeyId));
        }
        Assert.Equal(3, target.Refreshes.Count);
    }

    [Fact]
    public async Task An_issuer_that_moves_its_keys_is_followed_although_the_old_place_still_answers()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await using var other = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        await target.StartAsync();
        issuer.NameKeysAt($"{other.Url}/keys");
        clock.Advance(TimeSpan.FromMinutes(2));
        await target.AcceptsAsync(issuer.Token(other.Key, at: clock.GetUtcNow()));

        // And strangers gain nothing: the metadata was read just now.
        var fetches = issuer.Fetches;
        for (var i = 0; i < 10; i++)
            await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid($"unknown-{i}"));
        Assert.Equal(fetches, issuer.Fetches);
    }

    [Fact]
    public async Task A_stranger_who_makes_us_read_the_metadata_again_costs_no_keys_when_it_cannot_be_had()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        await target.StartAsync();
        issuer.AnswerMetadataBy(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        clock.Advance(TimeSpan.FromMinutes(2));
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("forged"));
        issuer.AnswerMetadataBy(context => PublishingIssuer.JsonAsync(context, """{"issuer":"\ud800","jwks_uri":"\udfff"}"""));
        clock.Advance(TimeSpan.FromMinutes(2));
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("forged-again"));
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
        Assert.Null(target.Keys.Fault);
    }

    [Fact]
    public async Task A_new_key_is_picked_up_within_the_request_that_meets_it()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        for (var i = 0; i < 12; i++)
        {
            issuer.Rotate();
            await target.AcceptsAsync(issuer.Token());
        }
        Assert.Equal(13, target.Keys.Current.Keys.Count);
    }

    [Fact]
    public async Task A_new_key_is_picked_up_four_seconds_after_the_previous_one_also_when_strangers_asked_before()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        await target.StartAsync();
        for (var i = 0; i < 6; i++)
        {
            issuer.Rotate();
            await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
            clock.Advance(TimeSpan.FromSeconds(4));
        }
        for (var i = 0; i < 3; i++)
            await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid($"stranger {i}"));
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_new_key_is_picked_up_although_fetches_fail(int failures)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        issuer.Rotate();
        issuer.FailNext(failures);
        await target.AcceptsAsync(issuer.Token());
        Assert.Equal(failures, target.Refreshes.Count(refresh => refresh.Fault is not null));
    }

    [Fact]
    public async Task A_key_that_was_looked_for_in_vain_is_found_once_other_keys_have_come()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        var early = issuer.NewKey("early");
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token(early));
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
        issuer.Publish(early, keepOthers: true);
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task A_key_that_has_left_the_set_is_refused_after_the_next_fetch()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        var old = issuer.Token();
        await target.AcceptsAsync(old);
        issuer.Publish(issuer.NewKey());
        await target.AcceptsAsync(issuer.Token());
        await target.RefusesAsync(RejectionCode.UnknownKey, old);
    }

    [Fact]
    public async Task The_same_keys_keep_the_same_set()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.AcceptsAsync(issuer.Token());
        var set = target.Keys.Current;
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("other"));
        Assert.Same(set, target.Keys.Current);
    }

    [Fact]
    public async Task Keys_are_kept_for_a_day_without_the_issuer_then_dropped_and_come_back_with_it()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new WatchedClock();
        using var target = new FetchingTarget(issuer.Url, clock);
        target.Keys.Start();
        await clock.UntilWaitedForAsync();
        var fetched = clock.GetUtcNow();
        issuer.AnswerKeysBy(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        foreach (var hours in new[] { 12, 23, 24 })
        {
            await clock.WakeAsync(fetched.AddHours(hours));
            Assert.NotNull(target.Keys.Fault);
            Assert.Single(target.Keys.Current.Keys);
            await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
        }
        await clock.WakeAsync(fetched.AddHours(24).AddMinutes(1));
        Assert.Empty(target.Keys.Current.Keys);
        Assert.NotNull(target.Keys.Fault);
        issuer.AnswerKeysBy(null);
        await clock.WakeAsync(clock.GetUtcNow().AddSeconds(5));
        Assert.Single(target.Keys.Current.Keys);
        await target.AcceptsAsync(issuer.Token(at: clock.GetUtcNow()));
        Assert.Null(target.Keys.Fault);
    }

    [Fact]
    public async Task Keys_are_fetched_ahead_of_need_every_ten_minutes()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new WatchedClock();
        using var target = new FetchingTarget(issuer.Url, clock);
        target.Keys.Start();
        target.Keys.Start();
        await clock.UntilWaitedForAsync();
        var pause = Assert.Single(clock.Waits);
        Assert.InRange(pause, TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(9.5));
        issuer.Rotate();
        await clock.WakeAsync(clock.GetUtcNow() + pause);
        Assert.True(target.Keys.Current.Contains(issuer.Key.KeyId));
        Assert.Equal(2, issuer.KeyFetches);
    }

    [Fact]
    public async Task A_request_waits_for_keys_six_seconds_at_the_most()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        issuer.AnswerMetadataBy(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        var waiting = target.RefusesAsync(RejectionCode.UnknownKey, issuer.Token());
        clock.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Contains("could not be fetched", (await waiting).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_its_end_a_set_answers_with_what_it_has_and_fetches_no_more()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        target.Keys.Dispose();
        target.Keys.Dispose();
        var fetches = issuer.Fetches;
        await target.AcceptsAsync(issuer.Token());
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("other"));
        Assert.Equal(fetches, issuer.Fetches);
    }

    [Fact]
    public async Task A_new_place_of_the_keys_is_found_when_the_old_one_is_gone()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var oldPlace = await PublishingIssuer.StartAsync();
        oldPlace.Publish(issuer.Key);
        issuer.NameKeysAt($"{oldPlace.Url}/keys");
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        await oldPlace.DisposeAsync();
        issuer.NameKeysAt($"{issuer.Url}/keys");
        using var next = SigningKey.Generate(SignatureAlgorithm.ES256);
        issuer.Publish(next);
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task An_unlabelled_RSA_key_is_bound_when_the_set_is_fetched()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{TokenForge.RsaJwk("r", "RS256").Replace("\"alg\":\"RS256\",", "", StringComparison.Ordinal)}]}}"));
        await target.RefusesAsync(RejectionCode.BadSignature, issuer.Forged(TokenForge.Header("RS256", "r")));
        await target.RefusesAsync(RejectionCode.AlgorithmMismatch, issuer.Forged(TokenForge.Header("PS256", "r")));
        Assert.Equal(SignatureAlgorithm.RS256, Assert.Single(target.Keys.Current.Keys).Algorithm);
    }
}
