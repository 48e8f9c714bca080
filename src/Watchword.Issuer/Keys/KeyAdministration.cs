// What an operator asks of signing keys: what they are doing, rotate, revoke.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <param name="Key">The key.</param>
/// <param name="Holders">How many targets of its algorithm were seen lately, and how many of them claim to hold it.</param>
/// <param name="Activates">When it begins to sign, or began.</param>
/// <param name="Retires">When it stops to sign, or stopped.</param>
/// <param name="Leaves">When a retired key leaves the published set.</param>
internal sealed record ListedKey(StoredKey Key, KeyHolders Holders, DateTimeOffset? Activates, DateTimeOffset? Retires, DateTimeOffset? Leaves);

internal sealed class KeyAdministration(
    KeyStore store, SigningKeys keys, HolderNotes holders, KeyRotation rotation, KeyAudit audit)
{
    private const int LongestReason = 200;

    // A target reads at most 256 keys of a set. All stay published that signed what may still be in use.
    private const int MostRetired = 32;

    /// <summary>All keys, by algorithm and state.</summary>
    public async Task<IReadOnlyList<ListedKey>> ListAsync(CancellationToken ct)
    {
        await holders.FlushAsync(ct);
        var counts = await holders.CountAsync(ct);
        var stored = await store.ReadAsync(revokedToo: true, ct);
        return [.. stored.GroupBy(key => key.Algorithm).OrderBy(group => group.Key.Name, StringComparer.Ordinal).SelectMany(
            group => group.OrderBy(key => key.State).Select(key => Listed(key, Outlook(group.Key, [.. group], counts), counts)))];
    }

    /// <summary>What a rotation would meet now, for each algorithm in use or for one.</summary>
    /// <exception cref="RefusedException">There is no key for the algorithm.</exception>
    public async Task<IReadOnlyList<RotationOutlook>> PlanAsync(string? algorithm, CancellationToken ct)
    {
        await holders.FlushAsync(ct);
        var counts = await holders.CountAsync(ct);
        var outlooks = new List<RotationOutlook>();
        foreach (var group in (await store.ReadAsync(revokedToo: false, ct)).GroupBy(key => key.Algorithm).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            if ((algorithm is null || IsCalled(group.Key, algorithm)) && Outlook(group.Key, [.. group], counts) is { } outlook)
                outlooks.Add(outlook with { Waiting = outlook.Holders.AllHold ? [] : await holders.WithoutAsync(outlook.Standby.KeyId, ct) });
        }
        return outlooks.Count > 0
            ? outlooks
            : throw new RefusedException(Refusal.NotFound, "there is no signing key for this algorithm; see those in use with: watchword key list");
    }

    /// <summary>Lets the standby sign, for each algorithm in use or for one.</summary>
    /// <param name="algorithm">The algorithm; <see langword="null"/> for all in use.</param>
    /// <param name="now">Also if the standby has not propagated, or targets seen lately do not hold it.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <returns>The outlook after it, which is about the next rotation.</returns>
    /// <exception cref="RefusedException">It is too early, for one of them at least, and nothing was changed.</exception>
    public async Task<IReadOnlyList<RotationOutlook>> RotateAsync(string? algorithm, bool now, CancellationToken ct)
    {
        var outlooks = await PlanAsync(algorithm, ct);
        if (outlooks.Where(each => each.Retired >= MostRetired).ToArray() is { Length: > 0 } full)
            throw new RefusedException(Refusal.Conflict, $"{full[0].Algorithm} has {MostRetired} retired keys that are still needed to verify tokens; wait until the first of them leaves the set");
        if (!now && outlooks.Any(each => !each.IsReady))
            throw new RefusedException(Refusal.Conflict, string.Join(". ", outlooks.Where(each => !each.IsReady).Select(each => KeySentences.WhyNot(each))) + ". " + KeySentences.Now);
        foreach (var outlook in outlooks)
        {
            var changes = await store.StepAsync(outlook.Algorithm, stored => Decide(outlook, stored, now), ct);
            if (changes.Count == 0)
                throw new RefusedException(Refusal.Conflict, $"{outlook.Algorithm} was rotated by another at this moment; see the keys with: watchword key list");
            audit.Changed(changes, "operator", now ? "key rotate --now" : "key rotate");
        }
        await keys.ReloadAsync(ct);
        return await PlanAsync(algorithm, ct);
    }

    /// <summary>Withdraws a key at once.</summary>
    /// <returns>What was changed: the key itself, and what took its place.</returns>
    /// <exception cref="RefusedException">There is no such key, it is revoked already, or the reason is not one line of printable ASCII.</exception>
    public async Task<IReadOnlyList<KeyChange>> RevokeAsync(string kid, string reason, CancellationToken ct)
    {
        if (reason.Length is 0 or > LongestReason || reason.AsSpan().ContainsAnyExceptInRange(' ', '~') || string.IsNullOrWhiteSpace(reason))
            throw new RefusedException(Refusal.Invalid, $"a reason is one line of 1 to {LongestReason} printable ASCII characters; give one");
        var changes = await store.RevokeAsync(kid, reason, ct);
        audit.Changed(changes, "operator", reason);
        await keys.ReloadAsync(ct);
        return changes;
    }

    // Decided again under the lock. With --now whatever is the standby signs; otherwise only the one that was looked at.
    private KeyPlan Decide(RotationOutlook outlook, IReadOnlyList<StoredKey> stored, bool now) =>
        stored.FirstOrDefault(key => key.State == KeyState.Standby) is { } standby && (now || standby.KeyId == outlook.Standby.KeyId)
            ? new KeyPlan(KeyStep.Activate, standby.KeyId, rotation.Now)
            : new KeyPlan(KeyStep.None, null, rotation.Now);

    private RotationOutlook? Outlook(SignatureAlgorithm algorithm, StoredKey[] stored, IReadOnlyDictionary<string, KeyHolders> counts)
    {
        var active = Array.Find(stored, key => key.State == KeyState.Active)?.Scheduled;
        var standby = Array.Find(stored, key => key.State == KeyState.Standby)?.Scheduled;
        if (active is null || standby is null) return null;
        var due = KeySchedule.ActivatesAt(active, standby, rotation.Policy);
        return new RotationOutlook(algorithm, active, standby, counts.GetValueOrDefault(standby.KeyId))
        {
            Propagates = KeySchedule.PropagatedAt(standby, rotation.Policy),
            Due = due,
            Latest = due + rotation.Policy.LongestDelay,
            Now = rotation.Now,
            Retired = stored.Count(key => key.State == KeyState.Retired),
        };
    }

    private ListedKey Listed(StoredKey key, RotationOutlook? outlook, IReadOnlyDictionary<string, KeyHolders> counts) => new(
        key,
        key.State == KeyState.Revoked ? default : counts.GetValueOrDefault(key.KeyId),
        key.State == KeyState.Standby ? outlook?.Activates : key.Activated,
        key.State == KeyState.Active ? outlook?.Activates : key.Retired ?? (key.Activated is null ? null : key.Revoked),
        key.State == KeyState.Retired ? KeySchedule.LeavesAt(key.Scheduled, rotation.Policy) : null);

    private static bool IsCalled(SignatureAlgorithm algorithm, string name) => SignatureAlgorithm.TryFind(name, out var found) && found == algorithm;
}
