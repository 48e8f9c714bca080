// A target that fetches the keys of one issuer, put together as a real one.
using System.Collections.Concurrent;
using System.Diagnostics;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

internal sealed class FetchingTarget : IDisposable
{
    private readonly DocumentFetcher _fetcher;

    public FetchingTarget(string issuer, TimeProvider? clock = null, TimeSpan? timeout = null, IReadOnlyList<SignatureAlgorithm>? algorithms = null, KeyFolder? folder = null)
    {
        clock ??= TimeProvider.System;
        _fetcher = new DocumentFetcher(new FetcherOptions { Timeout = timeout ?? TimeSpan.FromSeconds(5) }, clock);
        Keys = new RemoteKeySet(issuer, _fetcher, new RemoteKeySetOptions { OnRefresh = Refreshes.Enqueue, Folder = folder }, clock);
        Gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = issuer, Audience = PublishingIssuer.Audience, Algorithms = algorithms }, Keys)], clock);
    }

    public RemoteKeySet Keys { get; }

    public TokenGate Gate { get; }

    public ConcurrentQueue<KeySetState> Refreshes { get; } = new();

    /// <summary>Waits for something to come true, 20 s at most.</summary>
    public static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "waited in vain");
            meanwhile?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public async Task AcceptsAsync(string token)
    {
        var verdict = await Gate.VerifyAsync(token);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
    }

    public async Task<Rejection> RefusesAsync(string code, string token)
    {
        var verdict = await Gate.VerifyAsync(token);
        Assert.Equal(code, verdict.Rejection?.Code);
        return verdict.Rejection!;
    }

    public void Dispose()
    {
        Keys.Dispose();
        _fetcher.Dispose();
    }
}
