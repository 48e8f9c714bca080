// The published bundle in the background: take up what other nodes published, renew what is not signed before it expires, and warn daily of
// what only people can mend. A fault is logged and tried again; what is published stays.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Trust;

internal sealed class BundleRenewal(TrustRegistry registry, PublishedBundle published, TrustLog log, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarningInterval = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _looking = new(1, 1);
    private ITimer? _timer;
    private TimeSpan _pause = Interval;
    private DateTimeOffset? _warned;
    private bool _isStart = true;

    /// <summary>Looks for the first time, and begins to look again and again.</summary>
    public async Task StartAsync()
    {
        await LookUnlessBrokenAsync();
        _timer = clock.CreateTimer(_ => _ = LookUnlessBrokenAsync(), null, _pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes up what the database holds, and publishes anew if it is time.</summary>
    /// <exception cref="StorageException">The database is at fault. What was in force stays.</exception>
    public async Task LookAsync(CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            var version = await published.ReloadAsync(ct);
            if (version is not null && BundleSchedule.IsDue(version, _isStart, clock.GetUtcNow())
                && await registry.RenewAsync(_isStart, ct) is { } renewed)
            {
                log.Published(renewed, _isStart ? "the issuer starts" : "the one before was to expire");
                version = await published.ReloadAsync(ct);
            }
            _isStart = false;
            Warn(version);
        }
        finally
        {
            _looking.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync();
        await _looking.WaitAsync();
    }

    private void Warn(BundleVersion? version)
    {
        var now = clock.GetUtcNow();
        BundleTrouble[] troubles = version is null ? [] : [.. BundleSchedule.Troubles(version, now)];
        if (troubles.Length == 0)
            _warned = null;
        if (troubles.Length == 0 || now - _warned < WarningInterval) return;
        _warned = now;
        foreach (var trouble in troubles) log.InTrouble(version!, trouble);
    }

    private async Task LookUnlessBrokenAsync()
    {
        try
        {
            await LookAsync(CancellationToken.None);
            if (_pause != Interval) log.Recovered();
            _pause = Interval;
        }
        catch (Exception fault)
        {
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            log.Failed(fault);
        }
        try
        {
            _timer?.Change(_pause, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The issuer stops.
        }
    }
}
