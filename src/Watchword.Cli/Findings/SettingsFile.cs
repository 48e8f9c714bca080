// One service's settings as its libraries would read them: the schemes of a target and an identity. Secrets are dropped here, but for their names.
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Watchword.AspNetCore;
using Watchword.Client;
using Watchword.Client.Settings;

namespace Watchword.Cli.Findings;

/// <param name="Targets">The schemes.</param>
/// <param name="Service">The identity; null where there is none.</param>
/// <param name="Absent">What names a file that cannot be read here, a sentence each: it may lie on another machine.</param>
internal sealed record SettingsFile(IReadOnlyList<Target> Targets, Service? Service, IReadOnlyList<string> Absent)
{
    private const int Longest = 1024 * 1024;
    private const string Unreadable = "cannot be read (";
    private static readonly string[] Paths = ["SharedSecretFile", "CaFile", "DecryptionKeyFiles", "TrustBundle", "TrustBundleKeyFiles", "JwksFile"];

    /// <summary>Reads a file of settings; what the environment of the service adds to it is not known.</summary>
    /// <exception cref="CommandFault">It cannot be read, or is no JSON.</exception>
    public static SettingsFile Read(string path)
    {
        var settings = Parse(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var (key, value) in settings.AsEnumerable().Where(each => each.Value is not null && IsPath(each.Key, each.Value)).ToArray())
            settings[key] = Path.Combine(folder, value!);
        var service = ReadIdentity(path, settings, out var identityFaults);
        var schemes = settings.GetSection("Authentication:Schemes").GetChildren().Select(section => section.Key);
        var read = schemes.Select(scheme => ReadScheme(path, scheme, settings) with { Identity = service?.Issuer }).Where(IsOurs).ToArray();
        var targets = read.Select(target => target with { Faults = [.. target.Faults.Where(fault => !fault.Contains(Unreadable, StringComparison.Ordinal))] });
        return new SettingsFile(
            [.. targets], service, [.. read.SelectMany(target => target.Faults).Where(fault => fault.Contains(Unreadable, StringComparison.Ordinal))])
        {
            Faults = identityFaults,
        };
    }

    /// <summary>What is wrong with the identity, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; private init; } = [];

    private static IConfigurationRoot Parse(string path)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(SmallInput.OfFile(path, "--settings", Longest)))).Build();
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException)
        {
            throw CommandFault.Misuse($"--settings {Path.GetFullPath(path)} is not a file of settings in JSON ({fault.Message.TrimEnd('.')}); mend it, or name another.");
        }
    }

    // A relative path counts from where the service runs, which is taken to be where its settings are.
    private static bool IsPath(string key, string? value) =>
        Paths.Contains(key.Split(':').LastOrDefault(part => !part.All(char.IsAsciiDigit)), StringComparer.OrdinalIgnoreCase) && value?.Contains("://", StringComparison.Ordinal) == false;

    private static Target ReadScheme(string path, string scheme, IConfiguration settings)
    {
        var options = new WatchwordOptions();
        new SchemeSection(scheme, new Schemes(settings)).Configure(scheme, options);
        // The check would make the folder, and nothing is to be changed here.
        options.KeyFolder = null;
        var faults = new OptionsCheck(scheme).Validate(scheme, options).Failures ?? [];
        var shares = SharedSecrets.AreGiven(options);
        string[] ids = shares ? [.. (SharedSecrets.Read(options).Keys?.Keys ?? []).Select(key => key.KeyId!)] : [];
        options.SharedSecret = null;
        return new Target(path, options) { Scheme = scheme, Faults = [.. faults], SharesSecret = shares, SecretIds = ids };
    }

    // Other schemes of the application have other settings.
    private static bool IsOurs(Target target) =>
        target.Scheme == WatchwordScheme.Name || !target.Faults.Any(fault => fault.Contains("is not a setting of this scheme", StringComparison.Ordinal));

    private static Service? ReadIdentity(string path, IConfiguration settings, out IReadOnlyList<string> faults)
    {
        faults = [];
        if (!settings.GetSection("Watchword:Identity").Exists())
            return null;
        var (identity, options) = (new IdentitySettings([settings]), new WatchwordIdentityOptions());
        identity.Configure(options);
        faults = [.. identity.Validate(null, options).Failures ?? []];
        return options.Issuer is { } issuer ? new Service(path, issuer, options.TokenLifetime) : null;
    }

    private sealed class Schemes(IConfiguration settings) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => settings.GetSection("Authentication");
    }
}
