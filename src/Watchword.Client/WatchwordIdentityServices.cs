// services.AddWatchwordIdentity(): this service issues for itself.
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Watchword.Client;
using Watchword.Client.Settings;
using Watchword.Trust;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives a service an identity of its own.</summary>
public static class WatchwordIdentityServices
{
    /// <summary>
    /// Registers <see cref="ServiceIdentity"/> and <see cref="SelfIssuedTokens"/> with the settings of the section
    /// <c>Watchword:Identity</c>. The key file is made on the first start and its keys rotate by themselves. Publish them with
    /// <c>MapWatchwordIdentity</c> of the target library.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Completes or replaces the settings that were read.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddWatchwordIdentity(this IServiceCollection services, Action<WatchwordIdentityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(static service => service.ServiceType != typeof(ServiceIdentity)))
        {
            services.AddOptionsWithValidateOnStart<WatchwordIdentityOptions>();
            services.AddSingleton<IdentitySettings>();
            services.AddSingleton<IConfigureOptions<WatchwordIdentityOptions>>(static provider => provider.GetRequiredService<IdentitySettings>());
            services.AddSingleton<IValidateOptions<WatchwordIdentityOptions>>(static provider => provider.GetRequiredService<IdentitySettings>());
            services.AddSingleton(Open);
            services.TryAddSingleton(static provider => new SelfIssuedTokens(
                provider.GetRequiredService<ServiceIdentity>(), provider.GetService<ILogger<WatchwordTokens>>(), provider.GetService<TimeProvider>()));
        }
        if (configure is not null)
            services.Configure(configure);
        return services;
    }

    private static ServiceIdentity Open(IServiceProvider provider)
    {
        var logger = provider.GetService<ILogger<ServiceIdentity>>() ?? NullLogger<ServiceIdentity>.Instance;
        var options = provider.GetRequiredService<IOptions<WatchwordIdentityOptions>>().Value;
        var identity = new ServiceIdentity(options.ToIdentity(fault => Log(logger, fault)), provider.GetService<TimeProvider>() ?? TimeProvider.System);
        identity.Start();
        return identity;
    }

    private static void Log(ILogger logger, string? fault)
    {
        if (fault is null)
            logger.LogInformation("The keys of this service's own identity are kept again.");
        else
            logger.LogWarning("The keys of this service's own identity stay as they are: {Reason}.", fault.TrimEnd('.'));
    }
}
