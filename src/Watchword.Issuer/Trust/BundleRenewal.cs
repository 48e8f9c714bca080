// The published bundle in the background: take up what other nodes published, renew what is not signed before it expires, and warn daily of
// what only people can mend. A fault is logged and tried again; what is published stays.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Trust;

internal sealed class BundleRenewal : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarningInterval = TimeSpan.FromDays(1);
    private readonly TrustRegistry _registry;
    private readonly PublishedBundle _published;
    private readonly TrustLog _log;
    private readonly TimeProvider _clock;
    private readonly RepeatedWork _looking;
    private long? _warned;
    private bool _isStart = true;

    public BundleRenewal(TrustRegistry registry, PublishedBundle published, TrustLog log, TimeProvider clock)
    {
        (_registry, _published, _log, _clock) = (registry, published, log, clock);
        _looking = new RepeatedWork(LookOnceAsync, Interval, clock) { OnFault = log.Failed, OnRecovery = log.Recovered };
    }

    /// <summary>Looks for the first time, and begins to look again and again.</summary>
    public async Task StartAsync()
    {
        await _looking.RunUnlessBrokenAsync();
        _looking.Start();
    }

    /// <summary>Takes up what the database holds, and publishes anew if it is time.</summary>
    /// <exception cref="StorageException">The database is at fault. What was in force stays.</exception>
    public Task LookAsync(CancellationToken ct) => _looking.RunAsync(ct);

    public ValueTask DisposeAsync() => _looking.DisposeAsync();

    private async Task LookOnceAsync(CancellationToken ct)
    {
        var version = await _published.ReloadAsync(ct);
        if (version is not null && BundleSchedule.IsDue(version, _isStart, _clock.GetUtcNow())
            && await _registry.RenewAsync(_isStart, ct) is { } renewed)
        {
            _log.Published(renewed, _isStart ? "the issuer starts" : "the one before was to expire");
            version = await _published.ReloadAsync(ct);
            _isStart = false;
        }
        // What was made just now may come out of a backup of just now: then once more when that is no longer so.
        _isStart &= version is { IsSigned: false };
        Warn(version);
    }

    private void Warn(BundleVersion? version)
    {
        var now = _clock.GetUtcNow();
        BundleTrouble[] troubles = version is null ? [] : [.. BundleSchedule.Troubles(version, now)];
        if (troubles.Length == 0)
            _warned = null;
        if (troubles.Length == 0 || (_warned is { } last && _clock.GetElapsedTime(last) < WarningInterval)) return;
        _warned = _clock.GetTimestamp();
        foreach (var trouble in troubles) _log.InTrouble(version!, trouble);
    }
}
