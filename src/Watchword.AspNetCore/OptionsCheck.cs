// Checks all settings of a scheme when the host starts: every fault at once, each with the configuration key and the mend.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class OptionsCheck(string scheme) : IValidateOptions<WatchwordOptions>
{
    private static readonly TimeSpan LongestLeeway = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestKeyRefresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(7);

    private const int LongestErrorUri = 500;
    private const int FewestCachedTokens = 10;
    private const int MostCachedTokens = 1_000_000;

    public ValidateOptionsResult Validate(string? name, WatchwordOptions options)
    {
        if (name != scheme)
            return ValidateOptionsResult.Skip;
        var faults = new List<string>(options.ConfigurationFaults);
        Add(nameof(options.Issuer), IssuerFault(options));
        Add(nameof(options.Audience), AudienceFault(options));
        foreach (var entryFault in IssuersFaults(options))
            Add(nameof(options.Issuers), entryFault);
        Add(nameof(options.TrustBundle), BundleSettings.PlaceFault(options));
        Add(nameof(options.TrustBundleKeyFiles), BundleSettings.TryReadPins(options, out _, out var pinFault) ? null : pinFault);
        Add(nameof(options.KeepExpiredBundleFor), BundleSettings.KeepFault(options));
        if (SharedSecrets.AreGiven(options) && SharedSecrets.Read(options) is { Fault: not null } secrets)
            Add(secrets.Setting, secrets.Fault);
        if (!DecryptionKeys.TryRead(options, out var decryptionKeys, out var keyFault))
            Add(keyFault.Value.Setting, keyFault.Value.Fault);
        Array.ForEach(decryptionKeys, key => key.Dispose());
        Add(nameof(options.CaFile), CaFileFault(options));
        Add(nameof(options.KeyFolder), KeyFolderFault(options));
        Add(nameof(options.KeyRefreshInterval), KeyRefreshIntervalFault(options));
        Add(nameof(options.KeepKeysFor), KeepKeysForFault(options));
        Add(nameof(options.Leeway), LeewayFault(options));
        Add(nameof(options.MaxTokenLifetime), MaxTokenLifetimeFault(options));
        Add(nameof(options.Algorithms), AlgorithmsFault(options));
        Add(nameof(options.CachedTokens), CachedTokensFault(options));
        Add(nameof(options.ErrorUri), ErrorUriFault(options));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Add(string setting, string? fault)
        {
            if (fault is not null)
                faults.Add(SecretText.Mask($"{SchemeSection.Key(scheme, setting)} {fault}."));
        }
    }

    private static bool HasOtherIssuers(WatchwordOptions options) => options.TrustBundle is not null || options.Issuers is { Count: > 0 };

    // The list is checked as a bundle is; entries that could not be read at all have been reported.
    private static IEnumerable<string> IssuersFaults(WatchwordOptions options)
    {
        if (options.Issuers is not { } issuers || options.ConfigurationFaults.Any(fault => fault.Contains($":{nameof(options.Issuers)} ", StringComparison.Ordinal)))
            return [];
        try
        {
            _ = new TrustBundle(1, DateTimeOffset.UnixEpoch, issuers);
            return issuers.Any(entry => entry.Issuer == options.Issuer) ? [$"names {options.Issuer}, which is the Issuer of this scheme too: remove one of the two"] : [];
        }
        catch (InvalidBundleException fault)
        {
            return fault.Faults.Select(each => $"is not a list of issuers to trust. {each.TrimEnd('.')}");
        }
    }

    private static string? IssuerFault(WatchwordOptions options)
    {
        if (options.Issuer is null && HasOtherIssuers(options))
        {
            return SharedSecrets.AreGiven(options) ? "is missing: set it to the issuer that the secret is shared with"
                : options.Algorithms is not null ? "is missing, to which Algorithms belong: set it, or name the algorithms with each of the Issuers or in the bundle"
                : null;
        }
        if (string.IsNullOrWhiteSpace(options.Issuer))
            return "is missing: set it to the issuer's URL, for example https://issuer.example";
        return IssuerUrl.TryParse(options.Issuer, out _, out var fault) ? null : $"is not an issuer's URL. {fault.TrimEnd('.')}";
    }

    private static string? AudienceFault(WatchwordOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Audience))
            return "is missing: set it to this service's identifier, the resource its callers ask tokens for, for example https://billing";
        return options.Audience.Any(char.IsWhiteSpace) ? "contains white space: write it exactly as tokens name it in aud" : null;
    }

    private static string? CaFileFault(WatchwordOptions options)
    {
        if (options.CaFile is not { } path)
            return null;
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0 ? null : "holds no certificate: give the path of a PEM file with the authority's certificates";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"cannot be read ({fault.Message.TrimEnd('.')}): give the path of a PEM file with the authority's certificates";
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    private static string? KeyFolderFault(WatchwordOptions options)
    {
        if (options.KeyFolder is not { } path)
            return null;
        if (SharedSecrets.AreGiven(options) && !HasOtherIssuers(options))
            return "does not fit SharedSecret, with which no key is fetched that could be kept: remove one of the two";
        try
        {
            _ = new KeyFolder(path);
            return null;
        }
        catch (ArgumentException fault)
        {
            return $"names '{path}', which is not a folder to keep keys in. {fault.Message.TrimEnd('.')}";
        }
    }

    private static string? KeyRefreshIntervalFault(WatchwordOptions options) =>
        options.KeyRefreshInterval >= options.ShortestKeyRefresh && options.KeyRefreshInterval <= LongestKeyRefresh
            ? null
            : "is out of range: choose a time from 00:00:10 to 01:00:00";

    private static string? KeepKeysForFault(WatchwordOptions options) =>
        options.KeepKeysFor >= ShortestKept && options.KeepKeysFor <= LongestKept
            ? null
            : "is out of range: choose a time from 01:00:00 to 7.00:00:00, which is 7 days";

    private static string? LeewayFault(WatchwordOptions options) => options.Leeway >= TimeSpan.Zero && options.Leeway <= LongestLeeway
        ? null
        : "is out of range: choose a time from 00:00:00 to 00:05:00, or mend the clocks";

    private static string? MaxTokenLifetimeFault(WatchwordOptions options) =>
        options.MaxTokenLifetime > TimeSpan.Zero && options.MaxTokenLifetime <= LongestLifetime
            ? null
            : "is out of range: choose a time above zero and up to 1.00:00:00, which is 24 hours";

    private static string? CachedTokensFault(WatchwordOptions options) =>
        options.CachedTokens is 0 or (>= FewestCachedTokens and <= MostCachedTokens)
            ? null
            : "is out of range: choose a number from 10 to 1000000, or 0 to remember none";

    // It goes into a header as it is (RFC 6750 §3).
    private static string? ErrorUriFault(WatchwordOptions options)
    {
        if (options.ErrorUri is not { } text)
            return null;
        if (text.Length > LongestErrorUri || text.Any(character => character is not (> ' ' and <= '~') or '"' or '\\'))
            return $"is not a URL of at most {LongestErrorUri} printable characters without spaces, quotation marks and backslashes: write it like https://docs.example/rejections";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && !text.Contains('#', StringComparison.Ordinal)
            ? null
            : "is not an absolute https or http URL without user name and fragment, to which #<code> is added: write it like https://docs.example/rejections";
    }

    private static string? AlgorithmsFault(WatchwordOptions options)
    {
        if (options.Algorithms is not { } algorithms)
            return null;
        if (algorithms.Count == 0)
            return "is empty: remove it, or name at least one algorithm";
        if (algorithms.FirstOrDefault(algorithm => algorithm.MissingPackage is not null) is { } unavailable)
            return $"names {unavailable}, which needs the package {unavailable.MissingPackage}: add it to the application, or remove the name";
        if (!SharedSecrets.AreGiven(options))
            return algorithms.Any(algorithm => algorithm.IsSymmetric)
                ? "names an algorithm with a shared secret, but none is set: remove it, or set SharedSecret"
                : null;
        return algorithms.Any(algorithm => algorithm != Keys.SignatureAlgorithm.HS256)
            ? "does not fit SharedSecret, which works with HS256 alone: remove one of the two"
            : null;
    }
}
