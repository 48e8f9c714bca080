// A target that fetches the keys of one issuer, put together as a real one.
using System.Collections.Concurrent;
using System.Diagnostics;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

internal sealed class FetchingTarget : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private readonly DocumentFetcher _fetcher;

    public FetchingTarget(string issuer, TimeProvider? clock = null, TimeSpan? timeout = null, IReadOnlyList<SignatureAlgorithm>? algorithms = null, KeyFolder? folder = null)
    {
        clock ??= PatientClock.Retrying;
        _fetcher = Fetcher(clock, timeout);
        Keys = new RemoteKeySet(issuer, _fetcher, new RemoteKeySetOptions { OnRefresh = Refreshes.Enqueue, Folder = folder }, clock);
        Gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = issuer, Audience = PublishingIssuer.Audience, Algorithms = algorithms }, Keys)], clock);
    }

    public RemoteKeySet Keys { get; }

    public TokenGate Gate { get; }

    public ConcurrentQueue<KeySetState> Refreshes { get; } = new();

    /// <summary>A fetcher that goes by this clock, and waits for each document as long as a slow machine may need, by the true time.</summary>
    public static DocumentFetcher Fetcher(TimeProvider clock, TimeSpan? timeout = null) =>
        new(new FetcherOptions { Timeout = timeout ?? LongestWait }, new FetchingClock(clock));

    /// <summary>Waits for something to come true, 60 s at most.</summary>
    public static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < LongestWait, "waited in vain");
            meanwhile?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>
    /// Begins before the first request, and waits for the fetch that this brings about. A request that comes first makes one of its own,
    /// and whether the two are one is up to the machine.
    /// </summary>
    public async Task StartAsync()
    {
        Keys.Start();
        await UntilAsync(() => !Refreshes.IsEmpty);
    }

    public async Task AcceptsAsync(string token)
    {
        var verdict = await AskAsync(token);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
    }

    public async Task<Rejection> RefusesAsync(string code, string token)
    {
        var verdict = await AskAsync(token);
        Assert.Equal(code, verdict.Rejection?.Code);
        return verdict.Rejection!;
    }

    public void Dispose()
    {
        Keys.Dispose();
        _fetcher.Dispose();
    }

    // Its own time limit goes by the clock of the test, which may stand still.
    private Task<Verdict> AskAsync(string token) => Gate.VerifyAsync(token).AsTask().WaitAsync(LongestWait, TimeProvider.System);
}
