// A token that passed every check. Only a verifier makes one; it cannot be changed.
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwt;

/// <summary>The claims of an access token that was verified (RFC 9068 §2.2). Immutable, and safe to share between requests.</summary>
public sealed class VerifiedJwt
{
    private readonly byte[] _claims;
    private readonly JsonValue _idPlace;
    private string? _tokenId;

    internal VerifiedJwt(JwtRules rules, VerificationKey key, string? keyId, byte[] claims, in RegisteredClaims places)
    {
        _claims = claims;
        _idPlace = places.TokenId;
        Rules = rules;
        Key = key;
        KeyId = keyId;
        Times = TokenTimes.Of(claims, places);
        Subject = places.Subject.Text(claims);
        ClientId = places.ClientId.TextEquals(claims, System.Text.Encoding.UTF8.GetBytes(Subject)) ? Subject : places.ClientId.Text(claims);
        Audiences = places.Audience.IsString ? [rules.Audience] : Array.AsReadOnly(AudienceList.Texts(claims, places.Audience));
        Scopes = places.Scope.Exists ? Array.AsReadOnly(ScopeClaim.Read(claims, places.Scope)) : [];
        Scope = places.Scope.IsString ? places.Scope.Text(claims) : Scopes.Count > 0 ? string.Join(' ', Scopes) : null;
    }

    /// <summary>The rules it was verified by.</summary>
    internal JwtRules Rules { get; }

    /// <summary>The key that verified it.</summary>
    internal VerificationKey Key { get; }

    internal TokenTimes Times { get; }

    /// <summary><c>iss</c>: the trusted issuer that signed the token.</summary>
    public string Issuer => Rules.Issuer;

    /// <summary><c>sub</c>: who is calling, unique within the issuer.</summary>
    public string Subject { get; }

    /// <summary><c>client_id</c>, or the claim that the issuer's profile has in its place: the client the token was issued to.</summary>
    public string ClientId { get; }

    /// <summary><c>jti</c>: the identifier of the token.</summary>
    public string TokenId => _tokenId ??= _idPlace.Text(_claims);

    /// <summary><c>aud</c>: the resources the token is meant for, this one among them.</summary>
    public IReadOnlyList<string> Audiences { get; }

    /// <summary>The scopes with one space between them, or null.</summary>
    public string? Scope { get; }

    /// <summary>The scopes one by one; empty where the token has none.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary><c>iat</c>.</summary>
    public DateTimeOffset IssuedAt => Time(Times.IssuedAt);

    /// <summary><c>exp</c>.</summary>
    public DateTimeOffset ExpiresAt => Time(Times.ExpiresAt);

    /// <summary><c>nbf</c>, or null.</summary>
    public DateTimeOffset? NotBefore => double.IsFinite(Times.NotBefore) ? Time(Times.NotBefore) : null;

    /// <summary>The <c>kid</c> of the header, or null.</summary>
    public string? KeyId { get; }

    /// <summary>The algorithm of the key that verified the token.</summary>
    public SignatureAlgorithm Algorithm => Key.Algorithm;

    /// <summary>All claims as JSON, UTF-8: strict, one object, no member twice.</summary>
    public ReadOnlyMemory<byte> Claims => _claims;

    /// <summary>Whether the token has this scope, compared exactly.</summary>
    public bool HasScope(string scope) => Scopes.Contains(scope);

    /// <summary>
    /// Whether an application may go by a claim of this name in <see cref="Claims"/>. False for <c>client_id</c>, <c>scope</c> and <c>jti</c> where
    /// the issuer's profile has another claim in their place, which is the one that was checked; and, where the issuer's scopes are limited, for
    /// the other claims by which it could grant something: <c>roles</c>, <c>groups</c> and <c>entitlements</c> (RFC 9068 §2.2.3.1).
    /// </summary>
    public bool VouchesFor(string claim) => Rules.VouchFor(claim);

    /// <summary>The claims as a document, for claims that have no member here. The caller disposes of it.</summary>
    public JsonDocument ReadClaims() => JsonDocument.Parse(_claims);

    private static DateTimeOffset Time(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
}
