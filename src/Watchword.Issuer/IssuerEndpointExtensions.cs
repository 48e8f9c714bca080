// app.MapWatchwordIssuer(): the issuer's public endpoints, and no others.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Issuer;
using Watchword.Issuer.Tokens;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints of an issuer.</summary>
public static class IssuerEndpointExtensions
{
    /// <summary>
    /// Maps the token endpoint, the key set, both metadata documents, the trust bundle and the health checks. They admit everybody, also
    /// where the application has a fallback policy. The admin API is not among them: it is on a Unix socket in the data folder.
    /// </summary>
    /// <param name="endpoints">The application; an issuer's URL has no path, so the endpoints belong at its root.</param>
    /// <returns>A builder that adds conventions, such as a required host, to all of them.</returns>
    /// <exception cref="InvalidOperationException">There is no issuer: <c>AddWatchwordIssuer</c> was not called.</exception>
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
        Map(IssuerPaths.Bundle, static (issuer, context) => issuer.Bundle.HandleAsync(context));
        Map(IssuerPaths.Ready, static (issuer, context) => issuer.Health.ReadyAsync(context));
        all.Map(IssuerPaths.Live, HealthEndpoint.LiveAsync);
        return all.AllowAnonymous().ExcludeFromDescription();

        void Map(string path, Func<RunningIssuer, HttpContext, Task> handler) =>
            all.Map(path, context => host.Running is { } issuer ? handler(issuer, context) : HealthEndpoint.NotReadyAsync(context));
    }
}
