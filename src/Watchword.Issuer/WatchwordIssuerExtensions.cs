// How an ASP.NET Core application becomes an issuer: AddWatchwordIssuer and MapWatchwordIssuer.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Issuer.Tokens;

namespace Watchword.Issuer;

/// <summary>Puts an issuer into an ASP.NET Core application. Nothing else of the application changes.</summary>
public static class WatchwordIssuerExtensions
{
    /// <summary>
    /// Adds an issuer to the application, which starts and stops with it. If it cannot start, the application's start fails with
    /// an <see cref="IssuerStartException"/> or a <see cref="Storage.StorageException"/> whose message says what to do.
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

    /// <summary>
    /// Maps the issuer's endpoints: the token endpoint, the key set, both metadata documents and the health checks. They admit
    /// everybody, also where the application has a fallback policy. The admin API is not among them: it is on a Unix socket.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>A builder that adds conventions, such as a required host, to all of them.</returns>
    /// <exception cref="InvalidOperationException"><see cref="AddWatchwordIssuer"/> was not called.</exception>
    public static IEndpointConventionBuilder MapWatchwordIssuer(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var host = endpoints.ServiceProvider.GetService<IssuerHost>()
            ?? throw new InvalidOperationException("There is no issuer to map: call services.AddWatchwordIssuer first.");

        var all = endpoints.MapGroup("");
        all.Map(IssuerPaths.Token, context =>
            host.Running?.Token.HandleAsync(context) ?? TokenAnswer.WriteAsync(context.Response, TokenError.Unavailable).AsTask());
        Map(IssuerPaths.KeySet, static (issuer, context) => issuer.KeySet.HandleAsync(context));
        Map(IssuerPaths.OAuthMetadata, static (issuer, context) => issuer.OAuthMetadata.WriteAsync(context));
        Map(IssuerPaths.OpenIdMetadata, static (issuer, context) => issuer.OpenIdMetadata.WriteAsync(context));
        Map(IssuerPaths.Ready, static (issuer, context) => issuer.Health.ReadyAsync(context));
        all.Map(IssuerPaths.Live, HealthEndpoint.LiveAsync);
        return all.AllowAnonymous().ExcludeFromDescription();

        void Map(string path, Func<RunningIssuer, HttpContext, Task> handler) =>
            all.Map(path, context => host.Running is { } issuer ? handler(issuer, context) : HealthEndpoint.NotReadyAsync(context));
    }
}
