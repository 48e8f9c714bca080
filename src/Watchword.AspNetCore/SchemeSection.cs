// Reads one scheme's configuration section into its options, by hand: the configuration binder cannot do it under Native AOT.
// What cannot be read becomes a fault, reported at start together with all others.
using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Watchword.Keys;

namespace Watchword.AspNetCore;

internal sealed class SchemeSection(string scheme, IAuthenticationConfigurationProvider configuration) : IConfigureNamedOptions<WatchwordOptions>
{
    private delegate string? Setting(WatchwordOptions options, IConfigurationSection section);

    private static readonly Dictionary<string, Setting> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(WatchwordOptions.Issuer)] = (options, section) => Text(section, value => options.Issuer = value),
        [nameof(WatchwordOptions.Audience)] = (options, section) => Text(section, value => options.Audience = value),
        [nameof(WatchwordOptions.SharedSecretFile)] = (options, section) => Text(section, value => options.SharedSecretFile = value),
        [nameof(WatchwordOptions.CaFile)] = (options, section) => Text(section, value => options.CaFile = value),
        [nameof(WatchwordOptions.KeyFolder)] = (options, section) => Text(section, value => options.KeyFolder = value),
        [nameof(WatchwordOptions.Issuers)] = (options, section) => IssuerSection.ReadAll(section, options),
        [nameof(WatchwordOptions.TrustBundle)] = (options, section) => Text(section, value => options.TrustBundle = value),
        [nameof(WatchwordOptions.TrustBundleKeyFiles)] = (options, section) => Files(section, files => options.TrustBundleKeyFiles = files),
        [nameof(WatchwordOptions.KeepExpiredBundleFor)] = (options, section) => Time(section, value => options.KeepExpiredBundleFor = value),
        [nameof(WatchwordOptions.KeyRefreshInterval)] = (options, section) => Time(section, value => options.KeyRefreshInterval = value),
        [nameof(WatchwordOptions.KeepKeysFor)] = (options, section) => Time(section, value => options.KeepKeysFor = value),
        [nameof(WatchwordOptions.Leeway)] = (options, section) => Time(section, value => options.Leeway = value),
        [nameof(WatchwordOptions.MaxTokenLifetime)] = (options, section) => Time(section, value => options.MaxTokenLifetime = value),
        [nameof(WatchwordOptions.ErrorUri)] = (options, section) => Text(section, value => options.ErrorUri = value),
        [nameof(WatchwordOptions.CachedTokens)] = (options, section) => Number(section, value => options.CachedTokens = value),
        [nameof(WatchwordOptions.SharedSecret)] = (options, section) => SharedSecret(section, options),
        [nameof(WatchwordOptions.DecryptionKeyFiles)] = (options, section) => Files(section, files => options.DecryptionKeyFiles = files),
        [nameof(WatchwordOptions.RequireEncryption)] = (options, section) => YesOrNo(section, value => options.RequireEncryption = value),
        [nameof(WatchwordOptions.Algorithms)] = (options, section) => Algorithms(section, options),
    };

    /// <summary>The configuration key of a setting, as sentences about it name it.</summary>
    public static string Key(string scheme, string setting) => $"Authentication:Schemes:{scheme}:{setting}";

    public void Configure(WatchwordOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, WatchwordOptions options)
    {
        if (name != scheme)
            return;
        foreach (var section in configuration.GetSchemeConfiguration(scheme).GetChildren())
        {
            var fault = Settings.TryGetValue(section.Key, out var setting)
                ? setting(options, section)
                : $"is not a setting of this scheme: remove it, or correct its name to one of {string.Join(", ", Settings.Keys)}";
            if (fault is not null)
                options.ConfigurationFaults.Add($"{Key(scheme, section.Key)} {fault}.");
        }
    }

    private static string? Text(IConfigurationSection section, Action<string?> set)
    {
        if (section.GetChildren().Any())
            return "is a list or an object: give it one value";
        set(section.Value);
        return null;
    }

    private static string? Time(IConfigurationSection section, Action<TimeSpan> set)
    {
        // Without a colon, .NET would read "30" as thirty days.
        if (section.Value is not { } text || !text.Contains(':') || !TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value))
            return "is not a length of time: write it as hours, minutes and seconds, for example 00:00:30";
        set(value);
        return null;
    }

    private static string? YesOrNo(IConfigurationSection section, Action<bool> set)
    {
        if (!bool.TryParse(section.Value, out var value))
            return "is neither true nor false: write one of the two";
        set(value);
        return null;
    }

    private static string? Number(IConfigurationSection section, Action<int> set)
    {
        if (!int.TryParse(section.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return "is not a number: write it in digits, for example 10000";
        set(value);
        return null;
    }

    // A path in a list is taken whole: it may have spaces.
    private static string? Files(IConfigurationSection section, Action<string[]> set)
    {
        var list = section.GetChildren().Select(child => child.Value ?? "").ToArray();
        set(list.Length > 0 ? list : (section.Value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return null;
    }

    private static string? SharedSecret(IConfigurationSection section, WatchwordOptions options)
    {
        options.SharedSecret = string.Join(' ', Values(section));
        return null;
    }

    private static string? Algorithms(IConfigurationSection section, WatchwordOptions options)
    {
        var found = new List<SignatureAlgorithm>();
        foreach (var name in Values(section))
        {
            if (!SignatureAlgorithm.TryFind(name, out var algorithm))
                return $"names an unknown algorithm: use some of {string.Join(", ", SignatureAlgorithm.All.Select(known => known.Name))}";
            found.Add(algorithm);
        }
        options.Algorithms = found;
        return null;
    }

    // A list in JSON, or in an environment variable one string separated by spaces or commas.
    public static IEnumerable<string> Values(IConfigurationSection section) =>
        section.GetChildren().Select(child => child.Value).Prepend(section.Value)
            .SelectMany(value => (value ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
