// Header and claims that somebody with a key signed: what lies behind the signature, which no chance input gets past.
// The input is the header, a line feed, the claims.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Jwt;

namespace Watchword.Fuzz;

internal static class ClaimsTarget
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static void Run(byte[] input)
    {
        var line = Array.IndexOf(input, (byte)'\n');
        var header = line < 0 ? [] : input[..line];
        var claims = input[(line + 1)..];
        var token = Sign(header, claims);
        var verdict = Trusted.Verifier().Verify(token);
        var byGate = Trusted.Gate().VerifyAsync(token).AsTask().Result;
        Finding.Unless(verdict.IsAccepted == byGate.IsAccepted, $"{verdict.Rejection?.Code ?? "accepted"}, but the gate says {byGate.Rejection?.Code ?? "accepted"}");
        if (verdict.IsAccepted)
            CheckAccepted(header, claims, verdict.Token);
        else if (IsReadToTheEnd(verdict.Rejection.Code))
            Finding.Unless(Reads(header) && Reads(claims), $"{verdict.Rejection.Code}, although header or claims are not JSON");
    }

    private static string Sign(byte[] header, byte[] claims)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Encode(HMACSHA256.HashData(Trusted.Secret, Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static bool IsReadToTheEnd(string code) => code is RejectionCode.MissingClaim or RejectionCode.MalformedClaim or RejectionCode.WrongAudience
        or RejectionCode.Expired or RejectionCode.NotYetValid or RejectionCode.IssuedInFuture or RejectionCode.LifetimeTooLong;

    private static bool Reads(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // What RFC 9068 demands, asked of another reader.
    private static void CheckAccepted(byte[] headerJson, byte[] claimsJson, VerifiedJwt token)
    {
        using var header = JsonDocument.Parse(headerJson, Strict);
        using var document = JsonDocument.Parse(claimsJson, Strict);
        var claims = document.RootElement;
        Finding.Unless(header.RootElement.GetProperty("alg").GetString() == "HS256", "alg");
        Finding.Unless(header.RootElement.GetProperty("typ").GetString()!.ToUpperInvariant() is "AT+JWT" or "APPLICATION/AT+JWT", "typ");
        Finding.Unless(!header.RootElement.TryGetProperty("kid", out var kid) ? token.KeyId is null : kid.GetString() == "oct" && token.KeyId == "oct", "kid");
        Finding.Unless(!header.RootElement.TryGetProperty("crit", out _), "crit");
        Finding.Unless(claims.GetProperty("iss").GetString() == Trusted.Issuer && token.Issuer == Trusted.Issuer, "iss");
        Finding.Unless(Text(claims, "sub") == token.Subject && Text(claims, "client_id") == token.ClientId && Text(claims, "jti") == token.TokenId, "sub, client_id or jti");
        Finding.Unless(Audiences(claims.GetProperty("aud")).SequenceEqual(token.Audiences) && token.Audiences.Contains(Trusted.Audience), "aud");
        Finding.Unless((claims.TryGetProperty("scope", out var scope) ? scope.GetString() : null) == token.Scope && !token.Scopes.Contains(""), "scope");
        CheckTimes(claims, token);
    }

    private static void CheckTimes(JsonElement claims, VerifiedJwt token)
    {
        var expires = claims.GetProperty("exp").GetDouble();
        var issued = claims.GetProperty("iat").GetDouble();
        Finding.Unless(expires > Trusted.Now - 31 && issued < Trusted.Now + 31 && expires - issued <= 86_401, "exp or iat");
        Finding.Unless(!claims.TryGetProperty("nbf", out var start) ? token.NotBefore is null : start.GetDouble() < Trusted.Now + 31, "nbf");
        Finding.Unless(Math.Abs((token.ExpiresAt - DateTimeOffset.UnixEpoch).TotalSeconds - expires) < 1, "exp read otherwise");
        Finding.Unless(Math.Abs((token.IssuedAt - DateTimeOffset.UnixEpoch).TotalSeconds - issued) < 1, "iat read otherwise");
    }

    private static string Text(JsonElement claims, string name) =>
        claims.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new Finding($"{name} is empty");

    private static IEnumerable<string> Audiences(JsonElement audience) =>
        audience.ValueKind == JsonValueKind.Array ? audience.EnumerateArray().Select(item => item.GetString()!) : [audience.GetString()!];
}
