// app.MapWatchwordKeys(): publishes the keys that tokens for this service are encrypted to. RFC 7517 §5.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Watchword.AspNetCore;

/// <summary>Publishes a service's public encryption keys.</summary>
public static class WatchwordKeysExtensions
{
    private const string KeysPath = "/.well-known/watchword/keys";

    /// <summary>
    /// Publishes, at <c>/.well-known/watchword/keys</c>, the public halves of <see cref="WatchwordOptions.DecryptionKeyFiles"/> as a key set, for the issuer to encrypt to; the
    /// first is the one it takes. It admits everybody, also where the application has a fallback policy. Symmetric keys are left out.
    /// </summary>
    /// <param name="endpoints">The application, or a group of its routes.</param>
    /// <param name="scheme">
    /// The scheme whose keys are published. <see langword="null"/> means all Watchword schemes, in the order they were added; schemes that
    /// do not share their first key each need a place of their own.
    /// </param>
    /// <returns>A builder that adds conventions to the endpoint.</returns>
    /// <exception cref="InvalidOperationException">There is no such scheme, no public key, or two keys have one <c>kid</c>.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings of a scheme are wrong; all its faults are listed.</exception>
    public static IEndpointConventionBuilder MapWatchwordKeys(this IEndpointRouteBuilder endpoints, string? scheme = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var gates = endpoints.ServiceProvider.GetService<SchemeGates>()
            ?? throw new InvalidOperationException("There is no Watchword scheme whose keys could be published: call AddWatchword first.");
        var document = new PublishedDocument(gates.PublicKeysOf(scheme).ToJson());
        return endpoints.Map(KeysPath, document.WriteAsync).AllowAnonymous().ExcludeFromDescription();
    }
}
