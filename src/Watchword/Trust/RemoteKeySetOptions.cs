// How a target keeps an issuer's keys fresh.
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>The rhythm of fetching an issuer's keys, and where they are kept.</summary>
/// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
public sealed class RemoteKeySetOptions
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(7);

    /// <summary>
    /// How often the keys are fetched ahead of need: after at most this time, chance shortens it to 0.8 to 0.95 of it. Above zero, up
    /// to 24 h; 10 min by default. A key that the issuer has revoked is refused after this time at the latest.
    /// </summary>
    public TimeSpan RefreshInterval
    {
        get;
        init => field = value > TimeSpan.Zero && value <= LongestInterval ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Keys are fetched at least once in 24 hours.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>How long the last good keys are used while the issuer cannot be reached; above zero, up to 7 days, 24 h by default.</summary>
    public TimeSpan KeepFor
    {
        get;
        init => field = value > TimeSpan.Zero && value <= LongestKept ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Keys are kept for 7 days at most.");
    } = TimeSpan.FromHours(24);

    /// <summary>The one algorithm of the issuer's RSA keys that name none; RS256 by default.</summary>
    public SignatureAlgorithm UnlabelledRsa { get; init; } = SignatureAlgorithm.RS256;

    /// <summary>Where the key set is, for an issuer that is trusted by this place; null, the default, asks the issuer's metadata.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>Where the issuer's metadata is, if not in the usual place below its own URL.</summary>
    public Uri? MetadataUri { get; init; }

    /// <summary>Where the last good keys are kept on disk; null, the default, keeps them in memory alone.</summary>
    public KeyFolder? Folder { get; init; }

    /// <summary>
    /// This target's own identifier, told to the issuer with each fetch of keys if its metadata asks who holds them; null, the
    /// default, tells nothing.
    /// </summary>
    public string? Resource { get; init; }

    /// <summary>Told of every fetch and how the keys stand after it, for logs and metrics. It must not block.</summary>
    public Action<KeySetState>? OnRefresh { get; init; }
}
