// A target's keys of one issuer at one moment, with their age: an immutable snapshot that is replaced whole.
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>The age goes by the steady clock from when the keys were taken up, so that a clock that is set changes nothing.</summary>
/// <param name="Keys">The last good keys.</param>
/// <param name="AgeThen">How old they were when they were taken up: zero for fetched ones.</param>
/// <param name="Then">When that was, as a timestamp of the steady clock.</param>
/// <param name="IsFromFolder">Whether they come from disk, and the issuer has not confirmed them yet.</param>
/// <param name="Skew">What the last answer said of the clocks.</param>
/// <param name="Fault">Why the last fetch failed.</param>
internal sealed record HeldKeys(KeySet Keys, TimeSpan AgeThen, long Then, bool IsFromFolder, TimeSpan? Skew, FetchException? Fault)
{
    public static HeldKeys None { get; } = new(KeySet.Empty, TimeSpan.Zero, 0, false, null, null);

    public TimeSpan Age(TimeProvider clock) => AgeThen + clock.GetElapsedTime(Then);

    /// <summary>After a start from disk. Their age counts from when they were fetched, by the clock of the machine: the steady one does not outlive it.</summary>
    public HeldKeys Restored(KeySet keys, DateTimeOffset fetched, TimeProvider clock)
    {
        var age = clock.GetUtcNow() - fetched;
        return this with { Keys = keys, AgeThen = age > TimeSpan.Zero ? age : TimeSpan.Zero, Then = clock.GetTimestamp(), IsFromFolder = true };
    }

    /// <summary>After a good fetch. The same keys keep the same object, and with it everything that was derived from it; so does each key that stays.</summary>
    public HeldKeys Fetched(FetchedKeys fetched, TimeProvider clock) =>
        new(fetched.Keys.IsSameAs(Keys) ? Keys : fetched.Keys.Reusing(Keys), TimeSpan.Zero, clock.GetTimestamp(), false, fetched.Document.Skew ?? Skew, null);

    /// <summary>After a fetch that failed: the same keys, unless they have become too old.</summary>
    public HeldKeys Failed(FetchException fault, TimeSpan keepFor, TimeProvider clock) =>
        this with { Fault = fault, Keys = Age(clock) > keepFor ? KeySet.Empty : Keys };

    public KeySetState Describe(string issuer, TimeSpan keepFor, TimeProvider clock)
    {
        var age = Age(clock);
        var isEmpty = Keys.Keys.Count == 0;
        return new KeySetState
        {
            Issuer = issuer,
            Keys = Keys.Keys.Count,
            Age = isEmpty ? null : age,
            UsableFor = isEmpty ? null : age < keepFor ? keepFor - age : TimeSpan.Zero,
            IsFromFolder = IsFromFolder && !isEmpty,
            Fault = Fault?.Message,
            ErrorType = Fault?.ErrorType,
            ClockSkew = Skew,
        };
    }
}
