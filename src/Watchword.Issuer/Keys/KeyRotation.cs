// Rotation in the background: look every few seconds, take the steps that the schedule names, take up what other nodes did. A fault of the
// database is logged and tried again; what is in force goes on signing.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeyRotation : IAsyncDisposable
{
    private readonly KeyStore _store;
    private readonly SigningKeys _keys;
    private readonly HolderNotes _holders;
    private readonly KeyAudit _audit;
    private readonly SteadyTime _time;
    private readonly RepeatedWork _looking;

    public KeyRotation(KeyStore store, SigningKeys keys, HolderNotes holders, KeyPolicy policy, KeyAudit audit, TimeProvider clock)
    {
        (_store, _keys, _holders, _audit) = (store, keys, holders, audit);
        Policy = policy;
        // Long enough that all that was timed by the clock before it jumped is through with waiting.
        _time = new SteadyTime(clock, policy.Propagation > policy.Retention ? policy.Propagation : policy.Retention);
        // So often that several nodes know of each other's keys long before they sign. Tests have short times.
        var interval = TimeSpan.FromTicks(Math.Clamp(policy.Propagation.Ticks / 20, TimeSpan.TicksPerSecond / 10, 2 * TimeSpan.TicksPerSecond));
        _looking = new RepeatedWork(LookOnceAsync, interval, clock) { OnFault = audit.Failed, OnRecovery = audit.Recovered };
    }

    public KeyPolicy Policy { get; }

    /// <summary>The time that keys go by.</summary>
    public DateTimeOffset Now => _time.Now();

    /// <summary>Begins to look.</summary>
    public void Start() => _looking.Start();

    /// <summary>Takes up what the database holds, writes what was noted of targets, and takes every step that is due.</summary>
    /// <exception cref="StorageException">The database is at fault. What was in force stays.</exception>
    public Task LookAsync(CancellationToken ct) => _looking.RunAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _looking.DisposeAsync();
        try
        {
            await _holders.FlushAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            _audit.Failed(fault);
        }
    }

    private async Task LookOnceAsync(CancellationToken ct)
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
}
