// Checks one compact JWS with any payload: what stands below tokens, for whoever signs other things.
using System.Diagnostics.CodeAnalysis;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwt;

/// <summary>Verifies compact JWS (RFC 7515) by a set of trusted keys. It knows nothing of claims: access tokens go through the gate.</summary>
public sealed class JwsVerifier(KeySet keys)
{
    /// <summary>Verifies, and only then gives the payload out.</summary>
    /// <param name="token">The compact serialisation, ASCII; at most 16 KiB.</param>
    /// <param name="payload">The decoded payload of a token whose signature is good.</param>
    /// <param name="rejection">Why it was refused.</param>
    public bool TryVerify(ReadOnlySpan<byte> token, [NotNullWhen(true)] out byte[]? payload, [NotNullWhen(false)] out Rejection? rejection)
    {
        payload = null;
        if (token.Length > CompactJws.Longest)
        {
            rejection = new Rejection(RejectionCode.TooLarge, "The token is too large.", detail: $"{token.Length} characters");
            return false;
        }
        if (!CompactJws.TryRead(token, null, out var jws, out rejection))
            return false;
        rejection = jws.CheckSignature(keys);
        if (rejection is not null)
            return false;
        var decoded = new byte[Base64UrlText.DecodedLength(jws.EncodedPayload.Length)];
        if (!jws.TryDecodePayload(decoded, out _))
        {
            rejection = new Rejection(RejectionCode.Malformed, "The token's payload is not base64url.");
            return false;
        }
        payload = decoded;
        return true;
    }
}
