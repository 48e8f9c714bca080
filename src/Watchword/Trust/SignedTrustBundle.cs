// A trust bundle as it travels: the JSON as it is, or signed by an offline key, as a compact JWS of that JSON (RFC 7515 §3.1).
using Watchword.Encodings;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>A bundle with what is known of who signed it.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="IsSigned">Whether the document is a signed one.</param>
/// <param name="VerifiedBy">The <c>kid</c> of the pinned key whose signature was verified; null where no key was pinned.</param>
public sealed record SignedTrustBundle(TrustBundle Bundle, bool IsSigned, string? VerifiedBy)
{
    /// <summary>The <c>typ</c> of a signed bundle: a key that signs anything else signs no bundle by it.</summary>
    public const string Type = "watchword-bundle+jwt";

    /// <summary>The largest document, in bytes: a bundle in base64url, with header and signature.</summary>
    internal const int Longest = TrustBundle.LongestDocument / 3 * 4 + 16 * 1024;

    /// <summary>Signs a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="key">An asymmetric key; targets pin its public half.</param>
    /// <exception cref="ArgumentException">The key is symmetric.</exception>
    public static string Sign(TrustBundle bundle, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm.IsSymmetric)
            throw new ArgumentException("A bundle is signed with a key pair: whoever could verify a symmetric signature could make one.", nameof(key));
        return JwtSigner.Sign(key, bundle.ToJson(), Type);
    }

    /// <summary>Reads a document: a bundle in JSON, or a signed one.</summary>
    /// <param name="document">UTF-8.</param>
    /// <param name="pins">The keys of which one must have signed; null where none is pinned, and then a signature says nothing.</param>
    /// <exception cref="InvalidBundleException">It is no bundle, has faults, or is not signed by one of the pinned keys.</exception>
    public static SignedTrustBundle Open(ReadOnlySpan<byte> document, KeySet? pins)
    {
        if (document.Length > Longest)
            throw new InvalidBundleException($"The bundle has {document.Length} bytes, which is too many.");
        var text = document.Trim(" \t\r\n"u8);
        if (text.StartsWith("{"u8))
        {
            return pins is null
                ? new SignedTrustBundle(TrustBundle.Parse(text), IsSigned: false, null)
                : throw new InvalidBundleException("The bundle is not signed, and a key that must have signed it is pinned.");
        }
        return text.Length > 0 ? OpenSigned(text, pins) : throw new InvalidBundleException("The document is empty; a bundle is JSON or a compact JWS.");
    }

    private static SignedTrustBundle OpenSigned(ReadOnlySpan<byte> text, KeySet? pins)
    {
        if (!CompactJws.TryRead(text, null, out var jws, out var rejection))
            throw Malformed(rejection);
        if (!jws.Header.IsOfType(Type))
            throw new InvalidBundleException($"The document is signed, but not as a bundle: its typ must be {Type}.");
        if (pins is not null && jws.CheckSignature(pins) is { } refused)
            throw new InvalidBundleException($"The bundle is not signed by a pinned key ({refused.Code}). {refused.Detail}".TrimEnd());
        var json = new byte[Base64UrlText.DecodedLength(jws.EncodedPayload.Length)];
        if (!jws.TryDecodePayload(json, out var length))
            throw Malformed(null);
        return new SignedTrustBundle(TrustBundle.Parse(json.AsSpan(0, length)), IsSigned: true, pins is null ? null : jws.Header.KeyId ?? "");
    }

    private static InvalidBundleException Malformed(Rejection? why) =>
        new($"The document is neither a bundle in JSON nor a signed one (a compact JWS). {why?.Message}".TrimEnd());
}
