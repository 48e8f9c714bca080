// What may be registered and what may be published; each fault is one sentence that says what to do.
using System.Text;
using Watchword.Issuer.Storage;
using Watchword.Trust;

namespace Watchword.Issuer.Trust;

internal static class TrustRules
{
    private const int LongestIssuer = 512;
    private const int MostNamed = 3;

    // No target takes a bundle after the one with the greatest serial that there is.
    private const long GreatestSerial = TrustBundle.GreatestSerial / 2;

    /// <summary>Checks what a bundle does not ask of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="own">The identifier of the issuer that keeps the registry.</param>
    /// <exception cref="RefusedException">Something is not allowed.</exception>
    public static void Check(TrustEntry entry, string own)
    {
        if (!IsIdentifier(entry.Issuer))
            throw new RefusedException(Refusal.Invalid, $"an issuer's identifier is a URL of at most {LongestIssuer} printable ASCII characters without spaces; give one like https://orders.internal");
        if (string.Equals(entry.Issuer.TrimEnd('/'), own, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(Refusal.Invalid, $"{own} is this issuer itself, which targets trust by their own setting Issuer, beside TrustBundle; register only services that issue for themselves, and other issuers");
        if (Uri.TryCreate(entry.JwksUri, UriKind.Absolute, out var keys) && keys == new Uri(own + IssuerPaths.KeySet))
            throw new RefusedException(Refusal.Invalid, $"{entry.JwksUri} are the keys of this issuer itself, by which nobody else may be trusted; name those of {entry.Issuer}");
    }

    /// <summary>Whether a text could be registered as an issuer at all.</summary>
    public static bool IsIdentifier(string text) => text.Length is > 0 and <= LongestIssuer && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Reads an entry as it stands in a bundle.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static TrustEntry ReadEntry(ReadOnlySpan<byte> json)
    {
        try
        {
            return TrustBundleText.ReadEntry(json);
        }
        catch (InvalidBundleException fault)
        {
            throw new RefusedException(Refusal.Invalid, fault.Message);
        }
    }

    /// <summary>Makes a bundle of everything that is registered, and its JSON.</summary>
    /// <exception cref="RefusedException">They make no good bundle together.</exception>
    public static (TrustBundle Bundle, string Json) Make(long serial, DateTimeOffset expires, IReadOnlyList<TrustEntry> entries)
    {
        try
        {
            var bundle = new TrustBundle(serial, expires, entries);
            var json = bundle.ToJson();
            return json.Length <= TrustBundle.LongestDocument
                ? (bundle, Encoding.UTF8.GetString(json))
                : throw new RefusedException(Refusal.Conflict, $"the bundle of all entries would have {json.Length} bytes, and targets read {TrustBundle.LongestDocument}; register key-set URLs in the place of keys, or remove an entry");
        }
        catch (InvalidBundleException fault)
        {
            throw new RefusedException(Refusal.Invalid, fault.Message);
        }
    }

    /// <summary>Reads a signed document. Whose signature it has is not asked: only targets know the key that must have signed it.</summary>
    /// <exception cref="RefusedException">It is no good bundle, or not signed.</exception>
    public static TrustBundle OpenSigned(string document)
    {
        try
        {
            var opened = SignedTrustBundle.Open(Encoding.UTF8.GetBytes(document), null);
            return opened.IsSigned
                ? opened.Bundle
                : throw new RefusedException(Refusal.Invalid, "this bundle is not signed; sign it with `watchword bundle sign`, or publish the registry as it is with `watchword trust publish --unsigned`");
        }
        catch (InvalidBundleException fault)
        {
            throw new RefusedException(Refusal.Invalid, fault.Message);
        }
    }

    /// <summary>Refuses a signed bundle that is not later than the published one, has expired, or says something else than the registry.</summary>
    public static void CheckPublishable(TrustBundle offered, BundleVersion? published, IReadOnlyList<TrustEntry> registered, DateTimeOffset now)
    {
        if (published is not null && offered.Serial <= published.Serial)
            throw Stale($"the bundle has the serial {offered.Serial}, and {published.Serial} is published already");
        if (offered.Serial > GreatestSerial)
            throw Stale($"the serial {offered.Serial} leaves too few for later bundles");
        if (offered.Expires <= now)
            throw Stale($"the bundle expired at {TimeText.Utc(offered.Expires)}");
        if (Differences(offered.Issuers, registered) is { Count: > 0 } differing)
        {
            var others = differing.Count > MostNamed ? $" and {differing.Count - MostNamed} others" : "";
            throw Stale($"the bundle and the registry do not say the same of {string.Join(", ", differing.Take(MostNamed))}{others}");
        }
    }

    /// <summary>The issuers that stand in one of two lists alone, or not just as in the other.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<TrustEntry> one, IReadOnlyList<TrustEntry> other)
    {
        var texts = other.ToDictionary(entry => entry.Issuer, TrustBundleText.WriteEntry, StringComparer.Ordinal);
        var differing = one.Where(entry => !texts.Remove(entry.Issuer, out var text) || !text.AsSpan().SequenceEqual(TrustBundleText.WriteEntry(entry)));
        return [.. differing.Select(entry => entry.Issuer).ToArray(), .. texts.Keys];
    }

    /// <summary>The refusal for an issuer that is not registered.</summary>
    public static RefusedException NoEntry(string issuer) => new(
        Refusal.NotFound,
        IsIdentifier(issuer) ? $"'{issuer}' is not registered; see who is with: watchword trust list" : "there is no such issuer; see who is registered with: watchword trust list");

    private static RefusedException Stale(string why) => new(Refusal.Conflict, $"{why}; {BundleSchedule.Resign}");
}
