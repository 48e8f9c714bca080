// services.AddWatchwordIssuer(…): an issuer that starts and stops with the application it is embedded in.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Issuer;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an issuer to an ASP.NET Core application.</summary>
public static class IssuerServiceCollectionExtensions
{
    /// <summary>
    /// Adds an issuer that starts before the application listens and stops after it has stopped listening. If it cannot start, the
    /// application's start fails with an <see cref="IssuerStartException"/> or a
    /// <see cref="Watchword.Issuer.Storage.StorageException"/> whose message says what to do. Nothing else of the application changes.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the issuer's options; <see cref="IssuerOptions.Issuer"/> is required.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">The application has an issuer already.</exception>
    public static IServiceCollection AddWatchwordIssuer(this IServiceCollection services, Action<IssuerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(IssuerHost)))
            throw new InvalidOperationException("AddWatchwordIssuer was called twice: an application holds one issuer.");

        services.AddRoutingCore();
        services.AddOptions<IssuerOptions>().Configure(configure);
        services.AddSingleton(provider => new IssuerHost(
            provider.GetRequiredService<IOptions<IssuerOptions>>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHostedService(provider => provider.GetRequiredService<IssuerHost>());
        return services;
    }
}
