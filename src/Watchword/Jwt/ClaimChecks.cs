// The requirements on the claims of a token whose signature is good (RFC 9068 §4, RFC 7519 §4.1).
using System.Text;
using Watchword.Encodings;

namespace Watchword.Jwt;

internal sealed class ClaimChecks(JwtRules rules)
{
    private readonly byte[] _issuer = Encoding.UTF8.GetBytes(rules.Issuer);
    private readonly byte[] _audience = Encoding.UTF8.GetBytes(rules.Audience);
    private readonly double _leeway = rules.Leeway.TotalSeconds;
    private readonly double _maxLifetime = rules.MaxLifetime.TotalSeconds;
    private readonly string _clientId = rules.Profile.ClientId.ToString();
    private readonly string _tokenId = rules.Profile.TokenId.ToString();
    private readonly string _scope = rules.Profile.Scope.ToString();

    /// <summary>Null if every requirement is met at this time, given in seconds since 1970.</summary>
    public Rejection? Check(ReadOnlySpan<byte> json, in RegisteredClaims claims, double now) =>
        CheckIssuer(json, claims.Issuer)
        ?? CheckAudience(json, claims.Audience)
        ?? CheckTimes(json, claims, now)
        ?? CheckText(claims.Subject, "sub")
        ?? CheckText(claims.ClientId, _clientId)
        ?? CheckText(claims.TokenId, _tokenId)
        ?? CheckScope(json, claims.Scope)
        ?? CheckTrust(json, claims);

    /// <summary>Every requirement that is not met, for whoever explains a refusal. None where <see cref="Check"/> answers null.</summary>
    public IReadOnlyList<Rejection> CheckAll(ReadOnlySpan<byte> json, in RegisteredClaims claims, double now)
    {
        Rejection?[] all =
        [
            CheckIssuer(json, claims.Issuer),
            CheckAudience(json, claims.Audience),
            CheckTimes(json, claims, now),
            CheckText(claims.Subject, "sub") ?? CheckSpeaksFor(json, claims.Subject, "sub"),
            CheckText(claims.ClientId, _clientId) ?? CheckSpeaksFor(json, claims.ClientId, _clientId),
            CheckText(claims.TokenId, _tokenId),
            CheckScope(json, claims.Scope) ?? CheckScopesAllowed(json, claims.Scope),
        ];
        return [.. all.OfType<Rejection>()];
    }

    /// <summary>Null if a token that met every requirement is still good at this time.</summary>
    public Rejection? Recheck(in TokenTimes times, double now) => times.Check(now, _leeway);

    private Rejection? CheckIssuer(ReadOnlySpan<byte> json, JsonValue issuer)
    {
        if (CheckText(issuer, "iss") is { } fault)
            return fault;
        return issuer.TextEquals(json, _issuer) ? null
            : new Rejection(RejectionCode.UnknownIssuer, "The token's issuer is not trusted here.", "iss", $"iss is '{issuer.Text(json)}', expected '{rules.Issuer}'");
    }

    private Rejection? CheckAudience(ReadOnlySpan<byte> json, JsonValue audience)
    {
        if (!audience.Exists)
            return Missing("aud");
        return AudienceList.Contains(json, audience, _audience) switch
        {
            true => null,
            false => new Rejection(RejectionCode.WrongAudience, "The token is meant for another resource.", "aud", $"aud is {Encoding.UTF8.GetString(audience.Raw(json))}, expected '{rules.Audience}'"),
            null => Malformed("aud", "must be a string or an array of strings"),
        };
    }

    private Rejection? CheckTimes(ReadOnlySpan<byte> json, in RegisteredClaims claims, double now)
    {
        if (CheckTime(json, claims.ExpiresAt, "exp", required: true, out var expires) is { } badExpiry)
            return badExpiry;
        if (CheckTime(json, claims.IssuedAt, "iat", required: true, out var issued) is { } badIssue)
            return badIssue;
        if (CheckTime(json, claims.NotBefore, "nbf", required: false, out var notBefore) is { } badStart)
            return badStart;
        var times = new TokenTimes(issued, claims.NotBefore.Exists ? notBefore : double.NegativeInfinity, expires);
        if (times.Check(now, _leeway) is { } untimely)
            return untimely;
        return expires - issued <= _maxLifetime ? null
            : new Rejection(RejectionCode.LifetimeTooLong, "The token lives longer than is accepted here.", "exp", $"it lives {expires - issued:F0} s; at most {_maxLifetime:F0} s are accepted");
    }

    private static Rejection? CheckTime(ReadOnlySpan<byte> json, JsonValue value, string name, bool required, out double seconds)
    {
        seconds = 0;
        if (!value.Exists)
            return required ? Missing(name) : null;
        return value.TryGetSeconds(json, out seconds) ? null : Malformed(name, "must be a number of seconds that a date can have");
    }

    private static Rejection? CheckText(JsonValue value, string name)
    {
        if (!value.Exists)
            return Missing(name);
        return value is { IsString: true, Length: > 0 } ? null : Malformed(name, "must be a string that is not empty");
    }

    private Rejection? CheckScope(ReadOnlySpan<byte> json, JsonValue scope)
    {
        if (!scope.Exists || ScopeClaim.IsValid(json, scope, rules.Profile.AllowsScopeArray))
            return null;
        return Malformed(_scope, "must hold scope tokens with one space between them");
    }

    // How far the issuer is trusted: for whom it may speak, and what it may say they may do.
    private Rejection? CheckTrust(ReadOnlySpan<byte> json, in RegisteredClaims claims) =>
        CheckSpeaksFor(json, claims.Subject, "sub")
        ?? CheckSpeaksFor(json, claims.ClientId, _clientId)
        ?? CheckScopesAllowed(json, claims.Scope);

    private Rejection? CheckSpeaksFor(ReadOnlySpan<byte> json, JsonValue value, string claim)
    {
        if (rules.Subjects is not { } subjects || subjects.Contain(value.Text(json)))
            return null;
        return new Rejection(RejectionCode.ClientNotAllowed, $"The token's issuer may not speak for this {claim}.", claim,
            $"{claim} is '{value.Text(json)}'; {rules.Issuer} may speak for {subjects}");
    }

    private Rejection? CheckScopesAllowed(ReadOnlySpan<byte> json, JsonValue scope)
    {
        if (rules.Scopes is not { } allowed || !scope.Exists)
            return null;
        foreach (var one in ScopeClaim.Read(json, scope))
        {
            if (!allowed.Contains(one))
                return new Rejection(RejectionCode.ClientNotAllowed, "The token's issuer may not grant this scope here.", _scope,
                    $"{_scope} holds '{one}'; {rules.Issuer} may grant {(allowed.Count == 0 ? "none" : string.Join(' ', allowed))}");
        }
        return null;
    }

    private static Rejection Missing(string claim) => new(RejectionCode.MissingClaim, $"The token has no {claim}.", claim);

    private static Rejection Malformed(string claim, string rule) => new(RejectionCode.MalformedClaim, $"The token's {claim} {rule}.", claim);
}
