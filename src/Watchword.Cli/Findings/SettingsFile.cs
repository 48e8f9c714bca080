// One service's settings as the doctor looks at them: the schemes of a target and an identity. Of secrets there are only the names.
using Microsoft.Extensions.Configuration;
using Watchword.AspNetCore;
using Watchword.Client;
using Watchword.Client.Settings;

namespace Watchword.Cli.Findings;

/// <param name="Path">The file.</param>
/// <param name="Targets">The schemes.</param>
/// <param name="Service">The identity; null where there is none.</param>
internal sealed record SettingsFile(string Path, IReadOnlyList<Target> Targets, Service? Service)
{
    private const string Unreadable = "cannot be read (";

    /// <summary>What is wrong with the identity, a sentence each.</summary>
    public IReadOnlyList<string> IdentityFaults { get; private init; } = [];

    /// <summary>What names a file that cannot be read here, a sentence each: it may lie on another machine.</summary>
    public IReadOnlyList<string> Absent { get; private init; } = [];

    /// <summary>Reads a file of settings; what the environment of the service adds to it is not known.</summary>
    /// <exception cref="CommandFault">It cannot be read, or is no JSON.</exception>
    public static SettingsFile Read(string path)
    {
        var settings = TargetSettings.Read(path);
        // Schemes of other handlers stand in the same section, and may be all there is.
        var schemes = settings.Configuration.GetSection("Authentication:Schemes").GetChildren().Select(section => settings.SchemeOf(section.Key))
            .Where(scheme => scheme.IsOurs || scheme.Name == WatchwordScheme.Name).ToArray();
        return new SettingsFile(path, [.. schemes.Select(scheme => TargetOf(path, scheme, settings.IdentityIssuer))], ServiceOf(path, settings.Configuration, out var faults))
        {
            IdentityFaults = faults,
            Absent = [.. schemes.SelectMany(scheme => scheme.Faults).Where(IsUnreadable)],
        };
    }

    private static Target TargetOf(string path, TargetScheme scheme, string? identity)
    {
        // A relative path counts from where the service runs, which is taken to be where its settings are.
        var secrets = scheme.SharedSecretFile is { } file ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, file) : null;
        return new Target(path, scheme.Options)
        {
            Faults = [.. scheme.Faults.Where(fault => !IsUnreadable(fault))],
            SharesSecret = scheme.HasSharedSecret,
            SecretIds = secrets is null ? scheme.SharedSecretIds : [.. SharedSecrets.Read(new WatchwordOptions { SharedSecretFile = secrets }).Keys?.Keys.Select(key => key.KeyId!) ?? []],
            SecretFile = secrets,
            Identity = identity,
            ForgetsSerials = scheme.Options.TrustBundle is not null && !scheme.KeepsKeys,
        };
    }

    private static bool IsUnreadable(string fault) => fault.Contains(Unreadable, StringComparison.Ordinal);

    private static Service? ServiceOf(string path, IConfiguration settings, out IReadOnlyList<string> faults)
    {
        faults = [];
        if (!settings.GetSection("Watchword:Identity").Exists())
            return null;
        var (identity, options) = (new IdentitySettings([settings]), new WatchwordIdentityOptions());
        identity.Configure(options);
        // The whole check would read the keys of the service.
        faults = options is { Issuer: not null, KeyFile: not null, ConfigurationFaults.Count: 0 }
            ? [.. options.ToIdentity().Faults().Select(fault => $"Watchword:Identity: {fault}")]
            : [.. identity.Validate(null, options).Failures ?? []];
        return options.Issuer is { } issuer ? new Service(path, issuer, options.TokenLifetime) : null;
    }
}
