// How a target follows a trust bundle.
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>Where a bundle comes from, who must have signed it, and how long it is followed.</summary>
public sealed class FollowedBundleOptions
{
    /// <summary>The path of a file, or an https URL (http on loopback).</summary>
    public required string Place { get; init; }

    /// <summary>The keys of which one must have signed the bundle: one, or two while one replaces the other. Null: it need not be signed.</summary>
    public KeySet? Pins { get; init; }

    /// <summary>A folder of this user alone, where the last good bundle is kept; null keeps it, and the highest serial seen, in memory alone.</summary>
    public string? Folder { get; init; }

    /// <summary>How often the bundle is looked at; 10 min by default for a URL, with chance shortening it, and 10 s for a file.</summary>
    public TimeSpan? RefreshInterval { get; init; }

    /// <summary>How long a bundle is followed, with a warning, after it has expired; 7 days by default. Afterwards nobody in it is trusted.</summary>
    public TimeSpan KeepExpiredFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Told how the bundle stands after each look, for logs and metrics. It must not block.</summary>
    public Action<BundleState>? OnLook { get; init; }
}

/// <summary>How a followed bundle stands at one moment.</summary>
/// <param name="Place">Where it comes from.</param>
/// <param name="Serial">Its serial; null where there is none yet.</param>
/// <param name="Expires">When it expires.</param>
/// <param name="Standing">What it is worth now.</param>
/// <param name="VerifiedBy">The pinned key whose signature was verified; null where none is pinned.</param>
/// <param name="Fault">Why the last look brought no good bundle, in a sentence; null if it did.</param>
public sealed record BundleState(string Place, long? Serial, DateTimeOffset? Expires, BundleStanding Standing, string? VerifiedBy, string? Fault);
