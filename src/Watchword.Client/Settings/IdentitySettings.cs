// Reads the section Watchword:Identity, member by member, and checks it as a whole.
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Watchword.Keys;

namespace Watchword.Client.Settings;

internal sealed class IdentitySettings(IEnumerable<IConfiguration> configurations)
    : IConfigureOptions<WatchwordIdentityOptions>, IValidateOptions<WatchwordIdentityOptions>
{
    private const string Section = "Watchword:Identity";

    public void Configure(WatchwordIdentityOptions options)
    {
        if (configurations.LastOrDefault()?.GetSection(Section) is not { } section)
            return;
        options.Issuer = Text(section, nameof(options.Issuer));
        options.KeyFile = Text(section, nameof(options.KeyFile));
        options.Algorithm = Algorithm(section, options);
        options.TokenLifetime = Time(section, nameof(options.TokenLifetime), options.TokenLifetime, options);
        options.KeyRotationInterval = Time(section, nameof(options.KeyRotationInterval), options.KeyRotationInterval, options);
        options.KeyPropagationTime = Time(section, nameof(options.KeyPropagationTime), options.KeyPropagationTime, options);
    }

    public ValidateOptionsResult Validate(string? name, WatchwordIdentityOptions options)
    {
        var faults = options.ConfigurationFaults.ToList();
        if (options.Issuer is null)
            faults.Add($"{Section}:Issuer is missing: set it to this service's own URL, such as https://orders.internal");
        if (options.KeyFile is null)
            faults.Add($"{Section}:KeyFile is missing: set it to a file that only this service can read");
        if (faults.Count == 0)
            faults.AddRange(options.ToIdentity().Faults().Select(fault => $"{Section}: {fault}"));
        if (faults.Count == 0 && options.ToIdentity().KeyFileFault() is { } unusable)
            faults.Add($"{Section}:KeyFile: {unusable}");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // An empty environment variable is one that was not set.
    private static string? Text(IConfigurationSection section, string name) => section[name] is { Length: > 0 } text ? text : null;

    private static SignatureAlgorithm Algorithm(IConfigurationSection section, WatchwordIdentityOptions options)
    {
        var name = Text(section, nameof(options.Algorithm));
        if (name is null || SignatureAlgorithm.TryFind(name, out var algorithm))
            return name is null ? options.Algorithm : SignatureAlgorithm.All.First(known => known.Name == name);
        options.ConfigurationFaults.Add($"{Section}:Algorithm is not known: write ES256, or another of {string.Join(", ", SignatureAlgorithm.All.Select(known => known.Name))}");
        return options.Algorithm;
    }

    private static TimeSpan Time(IConfigurationSection section, string name, TimeSpan usual, WatchwordIdentityOptions options)
    {
        if (Text(section, name) is not { } text)
            return usual;
        // Without a colon, .NET would read "30" as thirty days.
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time))
            return time;
        options.ConfigurationFaults.Add($"{Section}:{name} is not a length of time: write it as hours, minutes and seconds, for example 00:01:00");
        return usual;
    }
}
