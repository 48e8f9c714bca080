// A signing key as the schedule of its rotation sees it: its state, and when it came into it.
namespace Watchword.Keys;

/// <summary>One key of the algorithm that a schedule is about.</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Published">Since when it has been in the published set.</param>
public sealed record ScheduledKey(string KeyId, KeyState State, DateTimeOffset Published)
{
    /// <summary>When it began to sign; <see langword="null"/> if it never has.</summary>
    public DateTimeOffset? Activated { get; init; }

    /// <summary>When it signed last; <see langword="null"/> if it may still.</summary>
    public DateTimeOffset? Retired { get; init; }
}
