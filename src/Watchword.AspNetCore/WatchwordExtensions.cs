// AddWatchword: registers the scheme, its settings and their check.
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Watchword.AspNetCore;

/// <summary>Adds authentication by Watchword's access tokens.</summary>
public static class WatchwordExtensions
{
    /// <summary>Adds the scheme <c>Watchword</c> with the settings in <c>Authentication:Schemes:Watchword</c>.</summary>
    /// <param name="builder">What <c>services.AddAuthentication()</c> returns.</param>
    public static AuthenticationBuilder AddWatchword(this AuthenticationBuilder builder) => builder.AddWatchword(WatchwordScheme.Name);

    /// <summary>Adds the scheme <c>Watchword</c>; what the delegate sets goes over the configuration.</summary>
    /// <param name="builder">What <c>services.AddAuthentication()</c> returns.</param>
    /// <param name="configure">Changes the settings read from <c>Authentication:Schemes:Watchword</c>.</param>
    public static AuthenticationBuilder AddWatchword(this AuthenticationBuilder builder, Action<WatchwordOptions> configure) =>
        builder.AddWatchword(WatchwordScheme.Name, configure);

    /// <summary>
    /// Adds a scheme of another name. The host does not start while a setting is missing or wrong: it throws one
    /// <see cref="OptionsValidationException"/> that lists all faults.
    /// </summary>
    /// <param name="builder">What <c>services.AddAuthentication()</c> returns.</param>
    /// <param name="scheme">The scheme's name; its settings are read from <c>Authentication:Schemes:&lt;scheme&gt;</c>.</param>
    /// <param name="configure">Changes the settings that were read.</param>
    public static AuthenticationBuilder AddWatchword(
        this AuthenticationBuilder builder, string scheme, Action<WatchwordOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton<SchemeGates>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SchemeGates>(Gates));
        services.AddSingleton<IConfigureOptions<WatchwordOptions>>(provider =>
            new SchemeSection(scheme, provider.GetRequiredService<IAuthenticationConfigurationProvider>()));
        services.AddSingleton<IValidateOptions<WatchwordOptions>>(new OptionsCheck(scheme));
        services.AddOptions<WatchwordOptions>(scheme).ValidateOnStart();
        return builder.AddScheme<WatchwordOptions, WatchwordHandler>(scheme, configure);
    }

    private static SchemeGates Gates(IServiceProvider services) => services.GetRequiredService<SchemeGates>();
}
