// What is known of an encryption key that a resource publishes, and what that means at a given time. Values: no clock, no lock.
using Watchword.Jwe;

namespace Watchword.Issuer.Resources;

/// <param name="Key">The key to encrypt to; <see langword="null"/> where it cannot be had.</param>
/// <param name="Fault">Why the last fetch failed, in a sentence; there may be a usable key all the same.</param>
internal readonly record struct FoundKey(EncryptionKey? Key, string? Fault);

/// <param name="Key">The key that was fetched last.</param>
/// <param name="Fetched">When that was.</param>
/// <param name="Checked">When a fetch last ended, good or bad.</param>
/// <param name="Due">When to fetch again, if a token is asked for.</param>
/// <param name="Failures">How many fetches have failed since.</param>
/// <param name="Fault">Why the last one did.</param>
internal sealed record PublishedKeyState(
    EncryptionKey? Key, DateTimeOffset Fetched, DateTimeOffset Checked, DateTimeOffset Due, int Failures, string? Fault)
{
    private const double LongestPauseWithKey = 60;
    private const double LongestPauseWithoutKey = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepFor = TimeSpan.FromHours(24);

    // Nobody has asked for a token for a while: the key may have been replaced, so that this token waits for the fetch.
    private static readonly TimeSpan LongestUnasked = TimeSpan.FromMinutes(12);

    /// <summary>Nothing is known yet.</summary>
    public static PublishedKeyState Unknown { get; } = new(null, default, default, default, 0, null);

    /// <summary>Whether it is time for a fetch; also when the clock was set back.</summary>
    public bool IsDue(DateTimeOffset now) => now >= Due || now < Checked;

    /// <summary>Whether a token waits for the fetch that is due; otherwise the known key serves it meanwhile.</summary>
    public bool IsWaitedFor(DateTimeOffset now) => At(now).Key is null || (Failures == 0 && now - Fetched > LongestUnasked);

    /// <summary>What there is to encrypt to.</summary>
    public FoundKey At(DateTimeOffset now) => new(now - Fetched <= KeepFor ? Key : null, Fault);

    /// <summary>A fetch brought the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">When.</param>
    /// <param name="chance">From 0 to 1, so that not all keys are fetched at once: the interval is 9 to 11 minutes.</param>
    public static PublishedKeyState Good(EncryptionKey key, DateTimeOffset now, double chance) =>
        new(key, now, now, now + Interval * (0.9 + 0.2 * chance), 0, null);

    /// <summary>A fetch failed: what was known stays known, and the pauses grow from a second.</summary>
    public PublishedKeyState Bad(string fault, DateTimeOffset now, double chance)
    {
        var longest = At(now).Key is null ? LongestPauseWithoutKey : LongestPauseWithKey;
        var pause = Math.Min(longest, Math.Pow(2, Math.Min(Failures, 10))) * (0.8 + 0.4 * chance);
        return this with { Checked = now, Due = now + TimeSpan.FromSeconds(pause), Failures = Failures + 1, Fault = fault };
    }
}
