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
public sealed record BundleState
{
    /// <summary>Where it comes from.</summary>
    public required string Place { get; init; }

    /// <summary>Its serial; null where there is none yet.</summary>
    public long? Serial { get; init; }

    /// <summary>When it expires; null where there is none yet.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>How many issuers it names.</summary>
    public int Issuers { get; init; }

    /// <summary>What it is worth now.</summary>
    public required BundleStanding Standing { get; init; }

    /// <summary>The <c>kid</c> of the pinned key whose signature was verified; null where none is pinned.</summary>
    public string? VerifiedBy { get; init; }

    /// <summary>Why the last look brought no good bundle, or why it could not be kept on disk, in a sentence; null if all is well.</summary>
    public string? Fault { get; init; }
}
