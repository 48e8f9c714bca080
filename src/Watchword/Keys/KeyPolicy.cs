// How often keys rotate, and how long each waits before it signs and after it has signed.
namespace Watchword.Keys;

/// <summary>The times of a rotation. They are the same for all algorithms of an issuer.</summary>
public sealed record KeyPolicy
{
    /// <summary>How long a key signs before the next one is due. 30 days by default.</summary>
    public TimeSpan RotationInterval { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a key is published before it signs, so that every target has fetched it. 24 hours by default.</summary>
    public TimeSpan Propagation { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a rotation that is due waits at most for targets that do not hold the next key. 7 days by default.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a key stays published after it signed last: the longest life of a token (24 hours), the largest leeway of a target
    /// (5 minutes), and a minute for issuers of several nodes, which do not all hear of a rotation at once.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24) + TimeSpan.FromMinutes(6);
}
