// Reads the section Watchword, member by member, so that nothing is bound by reflection.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Watchword.Client.Settings;

/// <summary>Takes any number of configurations because a service collection without a host has none.</summary>
internal sealed class ClientSettings(IEnumerable<IConfiguration> configurations) : IConfigureOptions<WatchwordClientOptions>
{
    public void Configure(WatchwordClientOptions options)
    {
        if (configurations.LastOrDefault()?.GetSection("Watchword") is not { } section)
            return;
        options.Issuer = Text(section, nameof(options.Issuer));
        options.ClientId = Text(section, nameof(options.ClientId));
        options.ApiKey = Text(section, nameof(options.ApiKey));
        options.ApiKeyFile = Text(section, nameof(options.ApiKeyFile));
        options.SecondApiKey = Text(section, nameof(options.SecondApiKey));
        options.SecondApiKeyFile = Text(section, nameof(options.SecondApiKeyFile));
        options.CaFile = Text(section, nameof(options.CaFile));
        options.TokenEndpoint = Text(section, nameof(options.TokenEndpoint));
    }

    // An empty environment variable is one that was not set.
    private static string? Text(IConfigurationSection section, string name) => section[name] is { Length: > 0 } text ? text : null;
}
