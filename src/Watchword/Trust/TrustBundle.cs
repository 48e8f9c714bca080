// The trust bundle: one document that says whom a target trusts and how far, for people to read and for targets to follow.

namespace Watchword.Trust;

/// <summary>A list of trusted issuers with a serial number and an expiry. Immutable; it has no fault.</summary>
public sealed class TrustBundle
{
    /// <summary>The most issuers in one bundle.</summary>
    public const int MostIssuers = 1000;

    /// <summary>The largest bundle that is read, in bytes.</summary>
    public const int LongestDocument = 1024 * 1024;

    internal const long GreatestSerial = 9_007_199_254_740_991;

    /// <summary>Makes a bundle.</summary>
    /// <param name="serial">From 1 to 2^53 - 1; every published version has a greater one than the last.</param>
    /// <param name="expires">Until when it is to be followed; kept in whole seconds.</param>
    /// <param name="issuers">The issuers, each once; at most 1,000.</param>
    /// <param name="comment">A note for people.</param>
    /// <exception cref="InvalidBundleException">Something is wrong; all of it is listed.</exception>
    public TrustBundle(long serial, DateTimeOffset expires, IEnumerable<TrustEntry> issuers, string? comment = null)
    {
        Serial = serial;
        Expires = DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds());
        Issuers = [.. issuers];
        Comment = comment;
        if (Faults().ToArray() is { Length: > 0 } faults)
            throw new InvalidBundleException(faults);
    }

    /// <summary>The version: of two bundles the one with the greater serial is the later.</summary>
    public long Serial { get; }

    /// <summary>Until when it is to be followed.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>The issuers, in the order in which they were given.</summary>
    public IReadOnlyList<TrustEntry> Issuers { get; }

    /// <summary>A note for people.</summary>
    public string? Comment { get; }

    /// <summary>Reads the JSON form.</summary>
    /// <param name="json">One strict JSON object (UTF-8); a member that is not known is a fault, since it may be a limit of trust.</param>
    /// <exception cref="InvalidBundleException">It is not a bundle, or has faults; all of them are listed.</exception>
    public static TrustBundle Parse(ReadOnlySpan<byte> json) => TrustBundleText.Read(json);

    /// <summary>The JSON form: indented, so that people can read and compare it.</summary>
    public byte[] ToJson() => TrustBundleText.Write(this);

    /// <summary>Whether an entry of this bundle is not in the other just as it stands here.</summary>
    internal bool SaysMoreThan(TrustBundle other)
    {
        var there = other.Issuers.ToDictionary(entry => entry.Issuer, StringComparer.Ordinal);
        return Issuers.Any(entry => !there.TryGetValue(entry.Issuer, out var same)
            || !TrustBundleText.WriteEntry(entry).AsSpan().SequenceEqual(TrustBundleText.WriteEntry(same)));
    }

    private IEnumerable<string> Faults()
    {
        if (Serial is < 1 or > GreatestSerial)
            yield return "The bundle's serial must be a whole number from 1 to 2^53 - 1.";
        if (TrustEntry.HasHidden(Comment))
            yield return "The bundle's comment holds characters that nobody sees; write plain text.";
        if (Issuers.Count > MostIssuers)
            yield return $"The bundle has {Issuers.Count} issuers; at most {MostIssuers} are allowed.";
        foreach (var twice in Issuers.GroupBy(entry => entry.Issuer, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"The issuer {twice.Key} stands there more than once.";
        foreach (var fault in Issuers.SelectMany(entry => entry.Faults()))
            yield return fault;
        foreach (var (first, second) in SharedKeys())
            yield return $"The issuers {first} and {second} have the same key; a key belongs to one issuer.";
        // As with what an issuer's metadata names. Whoever sets up a machine may do so there, in its settings.
        foreach (var entry in Issuers.Where(entry => (IsLocal(entry.JwksUri) || IsLocal(entry.MetadataUri)) && !IsLocal(entry.Issuer)))
            yield return $"The entry of {entry.Issuer} has its keys fetched from the target's own machine, and the issuer is not there.";
        foreach (var shared in Issuers.Where(entry => entry.JwksUri is not null).GroupBy(entry => PlaceOf(entry.JwksUri!), StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"The issuers {string.Join(" and ", shared.Select(entry => entry.Issuer))} have the same jwks_uri; a key belongs to one issuer.";
    }

    private static bool IsLocal(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var place) && place.IsLoopback;

    private static string PlaceOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var place) ? place.AbsoluteUri : url;

    // Keys are never pooled: whoever holds one key must not be able to speak for two.
    private IEnumerable<(string First, string Second)> SharedKeys()
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Issuers)
        {
            foreach (var key in entry.Keys?.Keys ?? [])
            {
                if (key.Algorithm.IsSymmetric)
                    continue;
                var thumbprint = key.ToJwk().Thumbprint();
                if (!owners.TryAdd(thumbprint, entry.Issuer) && owners[thumbprint] != entry.Issuer)
                    yield return (owners[thumbprint], entry.Issuer);
            }
        }
    }
}
