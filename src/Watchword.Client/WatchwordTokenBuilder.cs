// services.AddHttpClient<BillingClient>(…).AddWatchwordToken("https://billing", "invoices:read")
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Watchword.Client;
using Watchword.Client.Http;
using Watchword.Client.Tokens;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes an <see cref="HttpClient"/> call with access tokens.</summary>
public static class WatchwordTokenBuilder
{
    /// <summary>
    /// Sends every request of this client with an access token for one resource. Redirects are no longer followed by it, and a
    /// request that already has an <c>Authorization</c> header is an error.
    /// </summary>
    /// <param name="builder">The client, from <c>AddHttpClient</c>.</param>
    /// <param name="resource">The identifier of the service to be called, as the issuer knows it, such as <c>https://billing</c>.</param>
    /// <param name="scope">The scopes to ask for, separated by single spaces; null for all that are granted.</param>
    /// <param name="origin">
    /// The URL of the service: tokens go to its scheme, host and port and nowhere else. By default it is the <c>BaseAddress</c> that
    /// <c>AddHttpClient</c> or <c>ConfigureHttpClient</c> sets, and where there is none, the resource itself if it is such a URL.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The resource or scope is malformed, or the origin is neither HTTPS nor loopback.</exception>
    /// <exception cref="InvalidOperationException">The builder stands for all clients at once.</exception>
    public static IHttpClientBuilder AddWatchwordToken(this IHttpClientBuilder builder, string resource, string? scope = null, Uri? origin = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddWatchwordClient();
        return builder.AddToken(nameof(AddWatchwordToken), provider => provider.GetRequiredService<WatchwordTokens>(), resource, scope, origin);
    }

    /// <summary>
    /// Sends every request of this client with an access token that this service issues for itself; it needs
    /// <c>AddWatchwordIdentity</c>. Everything else is as with <see cref="AddWatchwordToken"/>.
    /// </summary>
    /// <param name="builder">The client, from <c>AddHttpClient</c>.</param>
    /// <param name="audience">The identifier of the service to be called, as it calls itself, such as <c>https://billing</c>.</param>
    /// <param name="scope">The scopes to claim, separated by single spaces; null for none.</param>
    /// <param name="origin">The URL of the service; by default as with <see cref="AddWatchwordToken"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The audience or scope is malformed, or the origin is neither HTTPS nor loopback.</exception>
    /// <exception cref="InvalidOperationException">The builder stands for all clients at once.</exception>
    public static IHttpClientBuilder AddWatchwordSelfIssued(this IHttpClientBuilder builder, string audience, string? scope = null, Uri? origin = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddWatchwordIdentity();
        return builder.AddToken(nameof(AddWatchwordSelfIssued), provider => provider.GetRequiredService<SelfIssuedTokens>().Tokens, audience, scope, origin);
    }

    private static IHttpClientBuilder AddToken(
        this IHttpClientBuilder builder, string method, Func<IServiceProvider, WatchwordTokens> tokens, string resource, string? scope, Uri? origin)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var name = builder.Name ?? throw new InvalidOperationException(
            $"{method} belongs to one HttpClient: call it after AddHttpClient, not for the defaults of all clients.");
        var target = new TokenTarget(resource, scope).Checked();
        var given = origin is null ? null : WatchwordTokenHandler.Given(origin);

        builder.Services.TryAddSingleton<ClientOrigins>();
        builder.Services.AddOptions<HttpClientFactoryOptions>(name).PostConfigure<ClientOrigins>((options, origins) =>
        {
            if (given is null)
                options.HttpClientActions.Add(client => origins.Capture(name, client.BaseAddress));
            // Whatever the application chose to see in its traces, it does not see tokens.
            var hides = options.ShouldRedactHeaderValue;
            options.ShouldRedactHeaderValue = header => string.Equals(header, "Authorization", StringComparison.OrdinalIgnoreCase) || hides(header);
        });
        return builder.ConfigureAdditionalHttpMessageHandlers((handlers, provider) =>
        {
            if (handlers.OfType<WatchwordTokenHandler>().Any())
                throw new InvalidOperationException($"The HttpClient '{name}' would get tokens twice by {method}: use one client per resource.");
            var origins = provider.GetRequiredService<ClientOrigins>();
            handlers.Add(new WatchwordTokenHandler(tokens(provider), target, given ?? (() => origins.Find(name, target))));
        });
    }
}
