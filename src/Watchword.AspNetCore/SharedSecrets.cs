// The secrets a scheme shares with its issuer, from its settings or from a file.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Watchword.Keys;

namespace Watchword.AspNetCore;

internal static class SharedSecrets
{
    private const int FileLimit = 4096;
    private const string OneSource = "stands beside SharedSecretFile: keep one of the two";
    private const string OneOrTwo =
        "must hold one secret, or two while one replaces the other: copy them from where the resource was created";

    /// <summary>Whether the scheme works with shared secrets at all. An empty setting is a faulty one, not an absent one.</summary>
    public static bool AreGiven(WatchwordOptions options) => options.SharedSecret is not null || options.SharedSecretFile is not null;

    /// <summary>Reads them. The fault says which setting is wrong and never repeats a secret.</summary>
    public static bool TryRead(
        WatchwordOptions options, [NotNullWhen(true)] out KeySet? keys, [NotNullWhen(false)] out (string Setting, string Fault)? fault)
    {
        keys = null;
        var why = options is { SharedSecret: not null, SharedSecretFile: not null } ? OneSource : Text(options, out var text) ?? Parse(text, out keys);
        fault = why is null ? null : (options.SharedSecret is not null ? nameof(options.SharedSecret) : nameof(options.SharedSecretFile), why);
        return keys is not null;
    }

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

    private static string? Text(WatchwordOptions options, out string text)
    {
        text = options.SharedSecret ?? "";
        if (options.SharedSecretFile is not { } path)
            return null;
        var fault = SecretFile.Read(path, FileLimit, out var content);
        text = Encoding.UTF8.GetString(content);
        return fault;
    }
}
