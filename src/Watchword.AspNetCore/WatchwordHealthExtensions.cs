// services.AddHealthChecks().AddWatchword(): says how the keys of the schemes stand.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Watchword.AspNetCore;

/// <summary>Adds the health of Watchword's schemes to an application's health checks.</summary>
public static class WatchwordHealthExtensions
{
    /// <summary>
    /// Adds one check for all Watchword schemes. It asks nobody. Healthy; degraded while the last fetch of an issuer's keys failed,
    /// keys are older than two refresh intervals, a file of shared secrets cannot be read, or the clocks drift apart; unhealthy where
    /// a scheme has no key at all. Its data say for each scheme: issuer, number and age of the keys, fault, and skew of the clocks.
    /// </summary>
    /// <param name="builder">What <c>services.AddHealthChecks()</c> returns.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What is reported where a scheme has no key; unhealthy by default.</param>
    /// <param name="tags">The check's tags.</param>
    public static IHealthChecksBuilder AddWatchword(
        this IHealthChecksBuilder builder, string name = "watchword", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, services => new KeysHealthCheck(services.GetRequiredService<SchemeGates>()), failureStatus, tags));
    }
}
