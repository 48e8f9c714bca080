// What an issuer says in an access token (RFC 9068 §2.2).
namespace Watchword.Jwt;

/// <summary>The claims of an access token that is to be signed.</summary>
public readonly struct AccessTokenClaims
{
    /// <summary><c>iss</c>: the issuer's identifier.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: who will be calling.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: the one resource the token is for.</summary>
    public required string Audience { get; init; }

    /// <summary><c>client_id</c>: the client that asked for the token.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>scope</c>: scope tokens with one space between them, or null.</summary>
    public string? Scope { get; init; }

    /// <summary><c>iat</c>; written in whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>How long after <c>iat</c> the token expires; written in whole seconds.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary><c>jti</c>; by default 128 random bits.</summary>
    public string? TokenId { get; init; }
}
