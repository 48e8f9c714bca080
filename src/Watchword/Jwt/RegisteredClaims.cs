// Where the claims that matter stand in the payload: read once, in place, by exact names (RFC 7519 §4.1, RFC 9068 §2.2).
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Jwt;

internal struct RegisteredClaims
{
    private const int UsualMembers = 16;

    public JsonValue Issuer;
    public JsonValue Subject;
    public JsonValue Audience;
    public JsonValue ClientId;
    public JsonValue TokenId;
    public JsonValue ExpiresAt;
    public JsonValue NotBefore;
    public JsonValue IssuedAt;
    public JsonValue Scope;

    /// <summary>Reads the whole payload, the client, identifier and scopes where the profile has them; false where it is not one strict JSON object.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, TokenProfile profile, out RegisteredClaims claims)
    {
        claims = default;
        try
        {
            using var reader = new JsonObjectReader(json, stackalloc MemberNames.Entry[UsualMembers]);
            while (reader.Next(out var name, out var value))
                claims.Keep(json, profile, name, value);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Finds <c>iss</c> without reading on: enough to choose whose keys to ask, and worth nothing beyond that.</summary>
    public static JsonValue PeekIssuer(ReadOnlySpan<byte> json)
    {
        try
        {
            using var reader = new JsonObjectReader(json, stackalloc MemberNames.Entry[UsualMembers]);
            while (reader.Next(out var name, out var value))
            {
                if (name.TextEquals(json, "iss"u8))
                    return value;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What is not strict JSON has no issuer; the caller refuses it.
        }
        return default;
    }

    private void Keep(ReadOnlySpan<byte> json, TokenProfile profile, JsonValue name, JsonValue value)
    {
        if (name.TextEquals(json, "iss"u8))
            Issuer = value;
        else if (name.TextEquals(json, "sub"u8))
            Subject = value;
        else if (name.TextEquals(json, "aud"u8))
            Audience = value;
        else if (name.TextEquals(json, profile.ClientId.Utf8))
            ClientId = value;
        else if (name.TextEquals(json, "exp"u8))
            ExpiresAt = value;
        else if (name.TextEquals(json, "iat"u8))
            IssuedAt = value;
        else if (name.TextEquals(json, profile.TokenId.Utf8))
            TokenId = value;
        else if (name.TextEquals(json, profile.Scope.Utf8))
            Scope = value;
        else if (name.TextEquals(json, "nbf"u8))
            NotBefore = value;
    }
}
