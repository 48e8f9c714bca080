// How a target keeps an issuer's keys fresh.
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>The rhythm of fetching an issuer's keys.</summary>
public sealed class RemoteKeySetOptions
{
    /// <summary>How often the keys are fetched ahead of need; 10 min by default, with jitter of a tenth.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the last good keys are used while the issuer cannot be reached; 24 h by default.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The one algorithm of the issuer's RSA keys that name none; RS256 by default.</summary>
    public SignatureAlgorithm UnlabelledRsa { get; init; } = SignatureAlgorithm.RS256;

    /// <summary>Told of every fetch and its outcome, for logs and metrics. It must not throw and not block.</summary>
    public Action<KeySetRefresh>? OnRefresh { get; init; }
}
