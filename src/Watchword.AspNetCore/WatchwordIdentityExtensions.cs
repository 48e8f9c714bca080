// app.MapWatchwordIdentity(): publishes the keys of a service that issues for itself, and where they are. RFC 8414 §3, RFC 7517 §5.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Trust;

namespace Watchword.AspNetCore;

/// <summary>Publishes a service's own identity.</summary>
public static class WatchwordIdentityExtensions
{
    private const string KeysPath = "/.well-known/jwks.json";
    private const string OAuthPath = "/.well-known/oauth-authorization-server";
    private const string OpenIdPath = "/.well-known/openid-configuration";

    /// <summary>
    /// Publishes the service's key set and metadata at the well-known places below its own URL, for targets to verify its tokens with.
    /// Everybody is admitted, also where the application has a fallback policy.
    /// </summary>
    /// <param name="endpoints">The application itself, not a group of its routes: the places are fixed.</param>
    /// <returns>A builder that adds conventions to the endpoints.</returns>
    /// <exception cref="InvalidOperationException">There is no identity: <c>AddWatchwordIdentity</c> was not called.</exception>
    public static IEndpointConventionBuilder MapWatchwordIdentity(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var identity = endpoints.ServiceProvider.GetService<ServiceIdentity>() ?? throw new InvalidOperationException(
            "There is no identity to publish: call services.AddWatchwordIdentity of the package Watchword.Client first.");
        var metadata = new PublishedDocument(identity.WriteMetadata(new Uri(new Uri(identity.Issuer), KeysPath)));
        var all = endpoints.MapGroup("");
        all.Map(KeysPath, new PublishedKeySet(() => identity.PublishedKeys).WriteAsync);
        all.Map(OAuthPath, metadata.WriteAsync);
        all.Map(OpenIdPath, metadata.WriteAsync);
        return all.AllowAnonymous().ExcludeFromDescription();
    }
}
