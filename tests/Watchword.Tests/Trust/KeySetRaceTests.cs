// What may happen at once to a set of fetched keys, and what its listener or its issuer may do to it: the refreshing goes on.
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class KeySetRaceTests
{
    [Fact]
    public async Task Each_new_key_costs_one_fetch_however_many_requests_meet_it()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        for (var rotation = 0; rotation < 20; rotation++)
        {
            issuer.Rotate();
            var before = issuer.KeyFetches;
            var token = issuer.Token();
            await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (_, _) => await target.AcceptsAsync(token));
            Assert.Equal(before + 1, issuer.KeyFetches);
        }
    }

    [Fact]
    public async Task Who_tried_an_older_set_is_given_the_newer_one_without_a_fetch()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        var older = target.Keys.Current;
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
        var fetches = issuer.Fetches;
        for (var i = 0; i < 20; i++)
            Assert.Same(target.Keys.Current, await target.Keys.FindAsync($"kid {i}", older, default));
        Assert.Equal(fetches, issuer.Fetches);
    }

    [Fact]
    public async Task Who_joined_a_fetch_that_began_too_early_is_served_by_one_more()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        await target.StartAsync();
        var gate = new TaskCompletionSource();
        var early = System.Text.Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson());
        var before = issuer.KeyFetches;
        issuer.AnswerKeysBy(async context =>
        {
            issuer.AnswerKeysBy(null);
            await gate.Task;
            await PublishingIssuer.JsonAsync(context, early);
        });
        var stranger = target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("stranger"));
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches > before);
        issuer.Rotate();
        var waiting = target.AcceptsAsync(issuer.Token());
        gate.SetResult();
        await waiting;
        await stranger;
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_end_the_refreshing()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new WatchedClock();
        using var fetcher = FetchingTarget.Fetcher(clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { OnRefresh = _ => throw new InvalidOperationException("loud") }, clock);
        keys.Start();
        await clock.UntilWaitedForAsync();
        for (var rotation = 0; rotation < 3; rotation++)
        {
            issuer.Rotate();
            await clock.WakeAsync(clock.GetUtcNow().AddMinutes(10));
            Assert.True(keys.Current.Contains(issuer.Key.KeyId));
        }
    }

    [Fact]
    public async Task A_fetcher_that_fails_in_an_unforeseen_way_is_a_fault_like_any_other()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = PatientClock.Retrying;
        var fetcher = FetchingTarget.Fetcher(clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions(), clock);
        keys.Start();
        await FetchingTarget.UntilAsync(() => keys.Current.Keys.Count == 1);
        fetcher.Dispose();
        var good = keys.Current;
        Assert.Same(good, await keys.FindAsync("new", good, default).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System));
        Assert.EndsWith(".", keys.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_end_may_come_from_many_sides_at_once_and_during_a_fetch()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var target = new FetchingTarget(issuer.Url);
            var verdict = target.Gate.VerifyAsync(issuer.Token()).AsTask();
            await Parallel.ForAsync(0, 8, (_, _) =>
            {
                target.Keys.Dispose();
                return ValueTask.CompletedTask;
            });
            var answer = await verdict.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
            Assert.True(answer.IsAccepted || answer.Rejection!.Code == RejectionCode.UnknownKey);
        }
    }

    [Fact]
    public async Task An_issuer_with_one_key_and_no_kid_rotates_within_the_request()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url);
        for (var rotation = 0; rotation < 8; rotation++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{Nameless(key)}]}}"));
            await target.AcceptsAsync(NamelessToken(issuer, key, TimeProvider.System.GetUtcNow()));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bad_signatures_without_a_kid_cost_at_most_ten_fetches_and_stop_no_rotation(bool parallel)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var target = new FetchingTarget(issuer.Url, clock);
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{Nameless(first)}]}}"));
        await target.StartAsync();
        await target.AcceptsAsync(NamelessToken(issuer, first, clock.GetUtcNow()));
        await Parallel.ForAsync(0, 150, new ParallelOptions { MaxDegreeOfParallelism = parallel ? 150 : 1 }, async (i, _) =>
            await target.RefusesAsync(RejectionCode.BadSignature, issuer.Forged($$"""{"alg":"ES256","typ":"at+jwt","n":{{i}}}""")));
        Assert.InRange(issuer.Fetches, 1, 10);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{Nameless(second)}]}}"));
        clock.Advance(TimeSpan.FromSeconds(10));
        await target.AcceptsAsync(NamelessToken(issuer, second, clock.GetUtcNow()));
    }

    private static string Nameless(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{TokenForge.Base64Url(point.X)}}","y":"{{TokenForge.Base64Url(point.Y)}}"}""";
    }

    private static string NamelessToken(PublishingIssuer issuer, ECDsa key, DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        return TokenForge.Sign(
            """{"alg":"ES256","typ":"at+jwt"}""",
            TokenForge.Claims(("iss", $"\"{issuer.Url}\""), ("iat", $"{now}"), ("exp", $"{now + 300}")),
            data => key.SignData(data, HashAlgorithmName.SHA256));
    }
}
