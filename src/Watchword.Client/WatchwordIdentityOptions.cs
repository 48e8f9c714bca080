// What an application says about its own identity.
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Client;

/// <summary>
/// The settings of a service that issues for itself, read from the configuration section <c>Watchword:Identity</c>, where each property
/// has the same name. They are checked when the host starts, and all faults are listed at once.
/// </summary>
public sealed class WatchwordIdentityOptions
{
    /// <summary>The service's own URL, which is its name, and below which it publishes its keys: https, or http on loopback. Required.</summary>
    public string? Issuer { get; set; }

    /// <summary>The file for its keys; it is made when it is not there, and only this service may read it. Replicas share one. Required.</summary>
    public string? KeyFile { get; set; }

    /// <summary>What its tokens are signed by; ES256 by default.</summary>
    public SignatureAlgorithm Algorithm { get; set; } = SignatureAlgorithm.ES256;

    /// <summary>How long its tokens live: 60 seconds by default, from 10 seconds to 1 hour.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a key signs before the next one does: 30 days by default, from 1 hour to 366 days.</summary>
    public TimeSpan KeyRotationInterval { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a key is published before it signs: 24 hours by default, from 16 minutes to <see cref="KeyRotationInterval"/>.</summary>
    public TimeSpan KeyPropagationTime { get; set; } = TimeSpan.FromHours(24);

    // What was wrong in the configuration section itself; the check lists these with its own.
    internal List<string> ConfigurationFaults { get; } = [];

    internal ServiceIdentityOptions ToIdentity(Action<string?>? onKeyFile = null) => new()
    {
        Issuer = Issuer ?? "",
        KeyFile = KeyFile ?? "",
        Algorithm = Algorithm,
        TokenLifetime = TokenLifetime,
        KeyRotationInterval = KeyRotationInterval,
        KeyPropagationTime = KeyPropagationTime,
        OnKeyFile = onKeyFile,
    };
}
