// Puts the client library into a host.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Client;
using Watchword.Client.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what a calling service needs to obtain access tokens.</summary>
public static class WatchwordClientServices
{
    /// <summary>
    /// Registers <see cref="WatchwordTokens"/> with the settings of the configuration section <c>Watchword</c>. The settings are
    /// checked when the host starts, or without a host when the first token is asked for; all faults are listed at once.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWatchwordClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(WatchwordTokens)))
            return services;
        services.AddOptionsWithValidateOnStart<WatchwordClientOptions>();
        services.AddSingleton<IConfigureOptions<WatchwordClientOptions>, ClientSettings>();
        services.AddSingleton<IValidateOptions<WatchwordClientOptions>, ClientSettingsCheck>();
        services.AddSingleton(static provider => new WatchwordTokens(
            provider.GetRequiredService<IOptions<WatchwordClientOptions>>().Value,
            provider.GetService<ILogger<WatchwordTokens>>(),
            provider.GetService<TimeProvider>()));
        return services;
    }

    /// <summary>The same, with settings that are completed or replaced in code.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Called after the configuration section has been read.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWatchwordClient(this IServiceCollection services, Action<WatchwordClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddWatchwordClient().Configure(configure);
    }
}
