// A token's claims as System.Security.Claims: names as they are, one claim for each element of an array and for each scope.
using System.Buffers;
using System.Collections.Frozen;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

internal static class TokenClaims
{
    private const string Scope = "scope";
    private const string Json = "JSON"; // what Microsoft's libraries call the type of a claim that is JSON text

    // ClaimsPrincipal and stock policies compare names without regard to case; JWT does not. A claim "SCOPE" must not pass for
    // "scope", so whatever differs from one of these only in case is left out.
    private static readonly FrozenSet<string> Registered = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", Scope, "roles", "groups", "entitlements", "cnf", "act", "azp",
        "auth_time", "acr", "amr");

    public static List<Claim> Of(VerifiedJwt token)
    {
        var claims = new List<Claim>(12);
        var reader = new Utf8JsonReader(token.Claims.Span, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Registered.TryGetValue(name, out var registered) && !name.Equals(registered, StringComparison.Ordinal))
                reader.Skip();
            else if (reader.TokenType == JsonTokenType.StartArray)
                AddElements(claims, ref reader, registered ?? name, token);
            else
                Add(claims, ref reader, registered ?? name, token);
        }
        return claims;
    }

    private static void AddElements(List<Claim> claims, ref Utf8JsonReader reader, string name, VerifiedJwt token)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            Add(claims, ref reader, name, token);
    }

    private static void Add(List<Claim> claims, ref Utf8JsonReader reader, string name, VerifiedJwt token)
    {
        var (value, type) = reader.TokenType switch
        {
            JsonTokenType.String => (reader.GetString()!, ClaimValueTypes.String),
            JsonTokenType.True => ("true", ClaimValueTypes.Boolean),
            JsonTokenType.False => ("false", ClaimValueTypes.Boolean),
            JsonTokenType.Number => (Text(reader), reader.TryGetInt64(out _) ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double),
            JsonTokenType.Null => (null, null),
            _ => (Nested(ref reader, token.Claims.Span), Json),
        };
        if (value is null)
            return;
        claims.Add(new Claim(name, value, type, token.Issuer));
        if (name == Scope && token.Scopes.Count > 1)
            claims.AddRange(token.Scopes.Select(scope => new Claim(Scope, scope, ClaimValueTypes.String, token.Issuer)));
    }

    private static string Text(in Utf8JsonReader reader) =>
        Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);

    private static string Nested(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
    }
}
