// When keys rotate: a pure function of the keys of one algorithm, what targets claim to hold, the time and the policy.
namespace Watchword.Keys;

/// <summary>
/// Decides the next step of a rotation. Its laws: there is always a key that signs and a published one that will sign next; that one
/// signs when the other is due, it has propagated, and every target seen lately holds it, or the longest delay has passed; and a key
/// stays published for as long as what it signed may be used. A clock that is behind makes everything late, which is harmless as
/// long as one clock decides; where several do, they must agree to within a fraction of the times of the policy. One that is ahead brings one
/// rotation, because the standby that follows is published by the same clock.
/// </summary>
public static class KeySchedule
{
    /// <summary>The next step. Carry it out, and ask again until there is none.</summary>
    /// <param name="keys">The keys of one algorithm: at most one active and one standby. Revoked ones are passed over.</param>
    /// <param name="holders">What targets claim to hold.</param>
    /// <param name="now">The time.</param>
    /// <param name="policy">The times to keep to.</param>
    /// <exception cref="ArgumentException">Two keys are active, or two are standby.</exception>
    public static KeyPlan Next(IEnumerable<ScheduledKey> keys, KeyHolders holders, DateTimeOffset now, KeyPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(policy);
        var all = keys.ToArray();
        if (Only(all, KeyState.Standby) is not { } standby)
            return new KeyPlan(KeyStep.Prepare, null, now);
        // Without a key that signs no token is issued at all.
        if (Only(all, KeyState.Active) is not { } active)
            return new KeyPlan(KeyStep.Activate, standby.KeyId, now);
        var oldest = all.Where(key => key.State == KeyState.Retired).MinBy(key => LeavesAt(key, policy));
        if (oldest is not null && LeavesAt(oldest, policy) <= now)
            return new KeyPlan(KeyStep.Drop, oldest.KeyId, now);

        var due = ActivatesAt(active, standby, policy);
        var latest = due + policy.LongestDelay;
        if (now >= latest || (now >= due && holders.AllHold))
            return new KeyPlan(KeyStep.Activate, standby.KeyId, now);
        var next = now < due ? due : latest;
        return new KeyPlan(KeyStep.None, null, oldest is null ? next : Earlier(next, LeavesAt(oldest, policy)));
    }

    /// <summary>When a standby has been published for long enough to sign.</summary>
    public static DateTimeOffset PropagatedAt(ScheduledKey standby, KeyPolicy policy) => standby.Published + policy.Propagation;

    /// <summary>When a standby is to sign in place of the active key, if no target delays it.</summary>
    public static DateTimeOffset ActivatesAt(ScheduledKey active, ScheduledKey standby, KeyPolicy policy) =>
        Later((active.Activated ?? active.Published) + policy.RotationInterval, PropagatedAt(standby, policy));

    /// <summary>When a retired key leaves the published set.</summary>
    public static DateTimeOffset LeavesAt(ScheduledKey retired, KeyPolicy policy) =>
        (retired.Retired ?? retired.Activated ?? retired.Published) + policy.Retention;

    private static ScheduledKey? Only(ScheduledKey[] keys, KeyState state)
    {
        var found = Array.FindAll(keys, key => key.State == state);
        return found.Length <= 1 ? found.FirstOrDefault() : throw new ArgumentException($"Two keys are {state}.", nameof(keys));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
