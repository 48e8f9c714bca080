// The bounds of the one fetcher.
namespace Watchword.Trust;

/// <summary>How documents of others are fetched. The defaults are what nearly everybody needs.</summary>
public sealed class FetcherOptions
{
    /// <summary>How long one document may take from first to last byte; 5 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How large one document may be, in bytes; 1 MiB by default.</summary>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>A PEM file with the only authorities to trust, or null for those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// Whether host names may resolve to this machine or to link-local addresses; false by default. A URL that says
    /// <c>localhost</c> or a loopback address itself is always allowed.
    /// </summary>
    public bool AllowLocalAddresses { get; init; }
}
