// The secrets a scheme shares with its issuer, from its settings or from a file.
using System.Text;
using Watchword.Keys;

namespace Watchword.AspNetCore;

/// <summary>Secrets as they were read: either keys, or a fault that says which setting is wrong and never repeats a secret.</summary>
/// <param name="Text">What was read.</param>
/// <param name="Keys">The keys in it; null where there is a fault.</param>
/// <param name="Setting">The setting it came from.</param>
/// <param name="Fault">What is wrong, to follow the setting's name; null where nothing is.</param>
internal sealed record SharedSecrets(string Text, KeySet? Keys, string Setting, string? Fault)
{
    private const int FileLimit = 4096;
    private const string OneSource = "stands beside SharedSecretFile: keep one of the two";
    private const string OneOrTwo =
        "must hold one secret, or two while one replaces the other: copy them from where the resource was created";

    /// <summary>Whether the scheme works with shared secrets at all. An empty setting is a faulty one, not an absent one.</summary>
    public static bool AreGiven(WatchwordOptions options) => options.SharedSecret is not null || options.SharedSecretFile is not null;

    /// <summary>Reads them.</summary>
    public static SharedSecrets Read(WatchwordOptions options)
    {
        KeySet? keys = null;
        var text = "";
        var fault = options is { SharedSecret: not null, SharedSecretFile: not null } ? OneSource : ReadText(options, out text) ?? Parse(text, out keys);
        return new SharedSecrets(text, keys, options.SharedSecret is not null ? nameof(options.SharedSecret) : nameof(options.SharedSecretFile), fault);
    }

    /// <summary>No secret.</summary>
    public override string ToString() => $"{Setting}: {Fault ?? $"{Keys?.Keys.Count} secrets"}";

    private static string? Parse(string text, out KeySet? keys)
    {
        keys = null;
        var found = new List<VerificationKey>();
        foreach (var part in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!SharedSecret.TryParse(part, out var secret, out var fault))
                return $"does not hold a usable secret. {fault.TrimEnd('.')}";
            if (found.Any(key => key.KeyId == secret.KeyId))
                return "holds the same secret twice: remove one";
            found.Add(secret.ToVerificationKey());
        }
        if (found.Count is 0 or > 2)
            return OneOrTwo;
        keys = new KeySet(found);
        return null;
    }

    private static string? ReadText(WatchwordOptions options, out string text)
    {
        text = options.SharedSecret ?? "";
        if (options.SharedSecretFile is not { } path)
            return null;
        var fault = SecretFile.Read(path, FileLimit, out var content);
        text = Encoding.UTF8.GetString(content);
        return fault;
    }
}
