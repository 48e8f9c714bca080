// Tokens are fetched once, kept, renewed ahead of time, and used while the issuer is down.
using Microsoft.Extensions.Time.Testing;
using Watchword.Client;
using Watchword.Client.Tokens;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class TokenKeepingTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public async Task A_thousand_concurrent_callers_cause_one_token_request()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tokens = issuer.Tokens();
        issuer.Answer = async context =>
        {
            await gate.Task;
            await tokens(context);
        };
        using var source = Tokens(issuer);

        var asked = 0;
        var callers = Enumerable.Range(0, 1000).Select(_ => Task.Run(() =>
        {
            var token = source.GetTokenAsync(Resource, "invoices:read").AsTask();
            Interlocked.Increment(ref asked);
            return token;
        })).ToList();
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 1 && Volatile.Read(ref asked) == 1000);
        gate.SetResult();
        var got = await Task.WhenAll(callers);

        Assert.All(got, token => Assert.Same(got[0], token));
        Assert.Single(issuer.Requests);
        Assert.Equal(1, issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_caller_who_gives_up_cancels_nobody_else()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tokens = issuer.Tokens();
        issuer.Answer = async context =>
        {
            await gate.Task;
            await tokens(context);
        };
        using var source = Tokens(issuer);
        using var impatience = new CancellationTokenSource();

        var first = source.GetTokenAsync(Resource, null, impatience.Token).AsTask();
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 1);
        var second = source.GetTokenAsync(Resource).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("t1", (await second).Reveal());
        Assert.Single(issuer.Requests);
    }

    [Fact]
    public async Task A_token_is_kept_until_its_refresh_time()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, _clock);

        var first = await source.GetTokenAsync(Resource);
        _clock.Advance(TimeSpan.FromSeconds(300 * 0.71));
        Assert.Same(first, await source.GetTokenAsync(Resource));
        Assert.Single(issuer.Requests);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(300), first.ExpiresAt);
    }

    [Fact]
    public async Task After_refresh_time_the_current_token_is_served_while_one_refresh_runs()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, _clock);
        await source.GetTokenAsync(Resource);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tokens = issuer.Tokens();
        issuer.Answer = async context =>
        {
            await gate.Task;
            await tokens(context);
        };
        _clock.Advance(TimeSpan.FromSeconds(270));

        for (var i = 0; i < 100; i++)
            Assert.Equal("t1", (await source.GetTokenAsync(Resource)).Reveal());
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 2);
        gate.SetResult();
        await FetchingTarget.UntilAsync(() => source.GetTokenAsync(Resource).AsTask().Result.Reveal() == "t2");
        Assert.Equal(2, issuer.Requests.Count);
    }

    [Fact]
    public async Task The_issuer_may_wish_for_an_earlier_refresh()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.Tokens(expiresIn: 300, refreshIn: 60);
        using var source = Tokens(issuer, _clock);
        await source.GetTokenAsync(Resource);

        _clock.Advance(TimeSpan.FromSeconds(53));
        await source.GetTokenAsync(Resource);
        Assert.Single(issuer.Requests);
        _clock.Advance(TimeSpan.FromSeconds(14));
        await source.GetTokenAsync(Resource);
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 2);
    }

    [Fact]
    public async Task While_the_issuer_fails_the_current_token_is_served_and_the_issuer_is_spared()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, _clock);
        await source.GetTokenAsync(Resource);
        issuer.Answer = ScriptedIssuer.Answers(500, "no");
        _clock.Advance(TimeSpan.FromSeconds(265));

        await AskManyTimesAsync(source);
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 2 && IsSettled(source));
        await AskManyTimesAsync(source);
        Assert.Equal(2, issuer.Requests.Count);

        // The first pause is one second, the second two.
        _clock.Advance(TimeSpan.FromSeconds(1.2));
        await AskManyTimesAsync(source);
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 3 && IsSettled(source));
        _clock.Advance(TimeSpan.FromSeconds(1.2));
        await AskManyTimesAsync(source);
        Assert.Equal(3, issuer.Requests.Count);

        issuer.Answer = issuer.Tokens();
        _clock.Advance(TimeSpan.FromSeconds(1.2));
        await FetchingTarget.UntilAsync(() => source.GetTokenAsync(Resource).AsTask().Result.Reveal() != "t1");
    }

    [Fact]
    public async Task A_token_about_to_expire_is_not_handed_out()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, _clock);
        await source.GetTokenAsync(Resource);
        issuer.Answer = ScriptedIssuer.Answers(503, "down");

        _clock.Advance(TimeSpan.FromSeconds(289));
        Assert.Equal("t1", (await source.GetTokenAsync(Resource)).Reveal());
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
    }

    [Fact]
    public async Task A_failure_is_not_held_against_an_issuer_that_is_back()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Answers(500, "no");
        using var source = Tokens(issuer, _clock);

        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        issuer.Answer = issuer.Tokens();
        Assert.Equal("t2", (await source.GetTokenAsync(Resource)).Reveal());
    }

    [Fact]
    public async Task Without_a_token_a_failing_issuer_is_asked_about_once_a_second()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Answers(500, "no");
        using var source = Tokens(issuer, _clock);

        for (var i = 0; i < 500; i++)
        {
            await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(issuer.Requests.Count, 5, 10);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_make_a_token_last_longer()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var clock = new SkewedClock(_clock);
        using var source = Tokens(issuer, clock);
        await source.GetTokenAsync(Resource);

        clock.Skew = TimeSpan.FromHours(-1);
        _clock.Advance(TimeSpan.FromSeconds(295));
        Assert.Equal("t2", (await source.GetTokenAsync(Resource)).Reveal());
    }

    [Fact]
    public async Task Each_resource_and_scope_has_its_own_token()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer);

        var read = await source.GetTokenAsync(Resource, "invoices:read");
        var write = await source.GetTokenAsync(Resource, "invoices:write");
        var other = await source.GetTokenAsync("https://shipping", "invoices:read");

        Assert.Equal(["t1", "t2", "t3"], new[] { read, write, other }.Select(token => token.Reveal()));
        Assert.Same(write, await source.GetTokenAsync(Resource, "invoices:write"));
    }

    [Fact]
    public async Task A_token_does_not_show_in_its_text()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Answers(200, """{"access_token":"very-secret","token_type":"bearer","expires_in":60,"scope":"a b"}""");
        using var source = Tokens(issuer);

        var token = await source.GetTokenAsync(Resource);
        Assert.Equal("very-secret", token.Reveal());
        Assert.Equal("a b", token.Scope);
        Assert.DoesNotContain("very-secret", token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("billing", null)]
    [InlineData("/billing:80", null)]
    [InlineData("https://billing#part", null)]
    [InlineData("https://bill ing", null)]
    [InlineData("https://billing", "")]
    [InlineData("https://billing", " a")]
    [InlineData("https://billing", "a  b")]
    [InlineData("https://billing", "a\"b")]
    [InlineData("https://billing", "a\nb")]
    public async Task A_malformed_target_is_a_clear_error(string resource, string? scope)
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer);
        await Assert.ThrowsAsync<ArgumentException>(() => source.GetTokenAsync(resource, scope).AsTask());
        Assert.Empty(issuer.Requests);
    }

    [Fact]
    public async Task After_disposal_nothing_is_handed_out()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var source = Tokens(issuer);
        await source.GetTokenAsync(Resource);
        source.Dispose();
        source.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.GetTokenAsync(Resource).AsTask());
    }

    private static bool IsSettled(WatchwordTokens source) => source.Slot(new TokenTarget(Resource, null)).State.IsIdle;

    private static async Task AskManyTimesAsync(WatchwordTokens source)
    {
        for (var i = 0; i < 50; i++)
            Assert.Equal("t1", (await source.GetTokenAsync(Resource)).Reveal());
    }

    private sealed class SkewedClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Skew { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Skew;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
