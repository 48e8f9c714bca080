// One Watchword scheme of a target, as its settings have it, without what is secret in them.
using Microsoft.AspNetCore.Authentication;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Cli;

/// <summary>The settings of one scheme, read and checked as the target does at its start.</summary>
internal sealed class TargetScheme
{
    private TargetScheme(string name, WatchwordOptions options) => (Name, Options) = (name, options);

    /// <summary>The scheme's name.</summary>
    public string Name { get; }

    /// <summary>The settings. Shared secrets, keys for decryption and the folder of keys are taken out of them.</summary>
    public WatchwordOptions Options { get; }

    /// <summary>What is wrong with the rest, a sentence each, as the target would say it.</summary>
    public IReadOnlyList<string> Faults { get; private init; } = [];

    /// <summary>Whether the target verifies with a secret that it shares with its issuer.</summary>
    public bool HasSharedSecret { get; private init; }

    /// <summary>The names of the shared secrets that stand in the settings themselves; never the secrets.</summary>
    public IReadOnlyList<string> SharedSecretIds { get; private init; } = [];

    /// <summary>The file that holds the shared secrets, where there is one.</summary>
    public string? SharedSecretFile { get; private init; }

    /// <summary>Whether the target can read encrypted tokens.</summary>
    public bool Decrypts { get; private init; }

    /// <summary>Whether the target refuses tokens that are not encrypted.</summary>
    public bool RequiresEncryption { get; private init; }

    /// <summary>Whether the target keeps keys and bundle on disk.</summary>
    public bool KeepsKeys { get; private init; }

    /// <summary>Whether the section holds only settings that this scheme has: one of another handler holds others.</summary>
    public bool IsOurs { get; private init; }

    public static TargetScheme Read(string name, IAuthenticationConfigurationProvider configuration)
    {
        var options = new WatchwordOptions { IsLookedAt = true };
        new SchemeSection(name, configuration).Configure(name, options);
        var (secret, file) = (options.SharedSecret, options.SharedSecretFile);
        var (decrypts, requires, keeps) = (options.DecryptionKeyFiles is { Count: > 0 }, options.RequireEncryption, options.KeyFolder is not null);
        var isShared = SharedSecrets.AreGiven(options);
        (options.SharedSecret, options.SharedSecretFile, options.DecryptionKeyFiles, options.RequireEncryption, options.KeyFolder) = (null, null, null, false, null);
        // Without the secret, its algorithm would seem out of place.
        if (isShared)
            options.Algorithms = null;
        return new TargetScheme(name, options)
        {
            Faults = [.. new OptionsCheck(name).Validate(name, options).Failures ?? []],
            HasSharedSecret = isShared,
            SharedSecretIds = [.. (secret ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Id).OfType<string>()],
            SharedSecretFile = file,
            Decrypts = decrypts,
            RequiresEncryption = requires,
            KeepsKeys = keeps,
            IsOurs = !options.ConfigurationFaults.Any(fault => fault.Contains("is not a setting of this scheme", StringComparison.Ordinal)),
        };
    }

    private static string? Id(string text) => SharedSecret.TryParse(text, out var secret, out _) ? secret.KeyId : null;
}
