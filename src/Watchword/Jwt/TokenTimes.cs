// When a token is good: read out of the claims once, compared with the clock at every use (RFC 7519 §4.1.4 to §4.1.6).
namespace Watchword.Jwt;

/// <summary>Seconds since 1970. Without <c>nbf</c>, <see cref="NotBefore"/> is before all times.</summary>
internal readonly record struct TokenTimes(double IssuedAt, double NotBefore, double ExpiresAt)
{
    /// <summary>Null if a token of these times is good now, give or take the leeway.</summary>
    public Rejection? Check(double now, double leeway) => CheckExpiry(now, leeway) ?? CheckStart(now, leeway) ?? CheckIssue(now, leeway);

    /// <summary>Null if the token has not expired.</summary>
    public Rejection? CheckExpiry(double now, double leeway) => now >= ExpiresAt + leeway
        ? new Rejection(RejectionCode.Expired, "The token has expired.", "exp", $"exp is {ExpiresAt:F0}, the time is {now:F0}, the leeway {leeway:F0} s")
        : null;

    /// <summary>Null if the token's time has come.</summary>
    public Rejection? CheckStart(double now, double leeway) => NotBefore > now + leeway
        ? new Rejection(RejectionCode.NotYetValid, "The token is not valid yet.", "nbf", $"nbf is {NotBefore:F0}, the time is {now:F0}, the leeway {leeway:F0} s")
        : null;

    /// <summary>Null if the token was not issued in the future.</summary>
    public Rejection? CheckIssue(double now, double leeway) => IssuedAt > now + leeway
        ? new Rejection(RejectionCode.IssuedInFuture, "The token says it was issued in the future.", "iat", $"iat is {IssuedAt:F0}, the time is {now:F0}, the leeway {leeway:F0} s")
        : null;

    /// <summary>The times of claims that were checked.</summary>
    public static TokenTimes Of(ReadOnlySpan<byte> json, in RegisteredClaims claims)
    {
        claims.IssuedAt.TryGetSeconds(json, out var issued);
        claims.ExpiresAt.TryGetSeconds(json, out var expires);
        return new TokenTimes(issued, claims.NotBefore.TryGetSeconds(json, out var notBefore) ? notBefore : double.NegativeInfinity, expires);
    }
}
