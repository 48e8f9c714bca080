// The settings about a trust bundle: its place and the public keys that must have signed it. RFC 7517.
using System.Diagnostics.CodeAnalysis;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal static class BundleSettings
{
    private const int FileLimit = 16 * 1024;
    private const int MostPins = 2;
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(30);

    public static bool IsFile(WatchwordOptions options) => !options.TrustBundle!.Contains("://", StringComparison.Ordinal);

    /// <summary>What is wrong with the place, to follow the setting's name. What stands there is for later.</summary>
    public static string? PlaceFault(WatchwordOptions options)
    {
        if (options.TrustBundle is not { } place)
            return null;
        if (string.IsNullOrWhiteSpace(place))
            return "is empty: name a file or an https URL, or remove it";
        if (IsFile(options))
            return null;
        return !Uri.TryCreate(place, UriKind.Absolute, out var url) || !IssuerUrl.IsSecure(url)
            ? "is neither a path nor an https URL: write https://, or http:// for this machine alone"
            : url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0
            ? "has a user name, a query or a fragment: leave them out, since logs and metrics name this place"
            : null;
    }

    /// <summary>What is wrong with the time for which an expired bundle is followed.</summary>
    public static string? KeepFault(WatchwordOptions options) => options.KeepExpiredBundleFor >= TimeSpan.Zero && options.KeepExpiredBundleFor <= LongestKept
        ? null
        : "is out of range: choose a time from 00:00:00 to 30.00:00:00, which is 30 days";

    /// <summary>Reads the pinned keys: null where none is set. The fault follows the setting's name.</summary>
    public static bool TryReadPins(WatchwordOptions options, out KeySet? pins, [NotNullWhen(false)] out string? fault)
    {
        pins = null;
        fault = null;
        if (options.TrustBundleKeyFiles is not { } files)
            return true;
        if (options.TrustBundle is not null)
            return TryReadPins(files, out pins, out fault);
        fault = "needs TrustBundle: set it to the bundle that the key signs";
        return false;
    }

    /// <summary>Reads public keys, one or two. The fault follows the name of whatever named the files.</summary>
    public static bool TryReadPins(IReadOnlyCollection<string> files, out KeySet? pins, [NotNullWhen(false)] out string? fault)
    {
        pins = null;
        var keys = new List<VerificationKey>();
        fault = files.Count is 0 or > MostPins ? "must name one file, or two while one key replaces the other"
            : files.Select(file => Read(file, keys)).FirstOrDefault(fault => fault is not null)
            ?? (keys.DistinctBy(key => key.KeyId).Count() < keys.Count ? "names two keys of one kid: give each a kid of its own" : null);
        if (fault is null)
            pins = new KeySet(keys);
        return fault is null;
    }

    private static string? Read(string path, List<VerificationKey> keys)
    {
        if (SecretFile.Read(path, FileLimit, out var json, isSecret: false) is { } fault)
            return fault;
        try
        {
            var jwk = Jwk.Parse(json);
            if (jwk.IsPrivate || jwk.KeyType == "oct")
                return $"names '{path}', which holds a key that is not public: with it anybody who breaks into this service could sign bundles. Keep it where no service is, and give the public key";
            keys.Add(VerificationKey.FromJwk(jwk, jwk is { KeyType: "RSA", Algorithm: null } ? SignatureAlgorithm.RS256 : null));
            return null;
        }
        catch (InvalidKeyException unusable)
        {
            return $"names '{path}', which holds no usable key. {unusable.Message.TrimEnd('.')}";
        }
    }
}
