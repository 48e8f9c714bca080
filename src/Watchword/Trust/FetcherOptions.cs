// The bounds of the one fetcher.
namespace Watchword.Trust;

/// <summary>How documents of others are fetched. The defaults are what nearly everybody needs.</summary>
/// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
public sealed class FetcherOptions
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>How long one document may take from first to last byte; above zero, up to 1 min, 5 s by default.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= LongestTimeout ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A fetch may take up to 1 minute, and more than no time at all.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>How large one document may be, in bytes; from 1 to 16 MiB, 1 MiB by default.</summary>
    public int MaxBytes
    {
        get;
        init => field = value is > 0 and <= MostBytes ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"A document may have from 1 to {MostBytes} bytes.");
    } = 1024 * 1024;

    /// <summary>A PEM file with the only authorities to trust, or null for those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// Whether host names may resolve to this machine or to link-local addresses; false by default. A URL that says
    /// <c>localhost</c> or a loopback address itself is always allowed.
    /// </summary>
    public bool AllowLocalAddresses { get; init; }
}
