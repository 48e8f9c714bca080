// Rotation in the background: look every few seconds, take the steps that the schedule names, take up what other nodes did. A fault of the
// database is logged and tried again; what is in force goes on signing.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeyRotation : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly KeyStore _store;
    private readonly SigningKeys _keys;
    private readonly HolderNotes _holders;
    private readonly KeyAudit _audit;
    private readonly TimeProvider _clock;
    private readonly SteadyTime _time;
    private readonly SemaphoreSlim _looking = new(1, 1);
    private readonly TimeSpan _interval;
    private ITimer? _timer;
    private TimeSpan _pause;

    public KeyRotation(KeyStore store, SigningKeys keys, HolderNotes holders, KeyPolicy policy, KeyAudit audit, TimeProvider clock)
    {
        (_store, _keys, _holders, _audit, _clock) = (store, keys, holders, audit, clock);
        Policy = policy;
        // Long enough that all that was timed by the clock before it jumped is through with waiting.
        _time = new SteadyTime(clock, policy.Propagation > policy.Retention ? policy.Propagation : policy.Retention);
        // So often that several nodes know of each other's keys long before they sign. Tests have short times.
        _interval = TimeSpan.FromTicks(Math.Clamp(policy.Propagation.Ticks / 20, TimeSpan.TicksPerSecond / 10, 2 * TimeSpan.TicksPerSecond));
        _pause = _interval;
    }

    public KeyPolicy Policy { get; }

    /// <summary>The time that keys go by.</summary>
    public DateTimeOffset Now => _time.Now();

    /// <summary>Begins to look.</summary>
    public void Start() => _timer = _clock.CreateTimer(_ => _ = LookUnlessBusyAsync(), null, _interval, Timeout.InfiniteTimeSpan);

    /// <summary>Takes up what the database holds, writes what was noted of targets, and takes every step that is due.</summary>
    /// <exception cref="StorageException">The database is at fault. What was in force stays.</exception>
    public async Task LookAsync(CancellationToken ct)
    {
        await _looking.WaitAsync(ct);
        try
        {
            // First: a node that was cut off signs again with the key that all others sign with, and then decides.
            var stored = await _keys.ReloadAsync(ct);
            try
            {
                await _holders.FlushAsync(ct);
            }
            finally
            {
                // Also if what targets said cannot be written.
                foreach (var keys in stored.GroupBy(key => key.Algorithm))
                    await StepAsync(keys.Key, keys.Select(key => key.Scheduled), ct);
            }
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
        try
        {
            await _holders.FlushAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            _audit.Failed(fault);
        }
    }

    private async Task StepAsync(SignatureAlgorithm algorithm, IEnumerable<ScheduledKey> known, CancellationToken ct)
    {
        // Targets only delay, so what is not due without them is not due.
        if (KeySchedule.Next(known, default, Now, Policy).Step == KeyStep.None) return;
        var holders = await _holders.CountAsync(ct);
        while (await _store.StepAsync(algorithm, Decide, ct) is { Count: > 0 } changes)
        {
            _audit.Changed(changes, "schedule", "it is time");
            await _keys.ReloadAsync(ct);
        }

        // What is claimed of another standby than this one says nothing of it.
        KeyPlan Decide(IReadOnlyList<StoredKey> keys) => KeySchedule.Next(
            keys.Select(key => key.Scheduled),
            keys.FirstOrDefault(key => key.State == KeyState.Standby) is { } standby ? holders.GetValueOrDefault(standby.KeyId) : default,
            Now, Policy);
    }

    private async Task LookUnlessBusyAsync()
    {
        try
        {
            await LookAsync(CancellationToken.None);
            if (_pause != _interval) _audit.Recovered();
            _pause = _interval;
        }
        catch (Exception fault)
        {
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _audit.Failed(fault);
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
