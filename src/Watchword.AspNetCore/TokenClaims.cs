// A token's claims as System.Security.Claims: names as they are, one claim for each element of an array and for each scope.
// Client and scopes are called client_id and scope whatever the issuer calls them, so that policies need not know whose token it is.
using System.Collections.Frozen;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Watchword.Jwt;

namespace Watchword.AspNetCore;

internal static class TokenClaims
{
    private const string Client = "client_id";
    private const string Scope = "scope";
    private const string Json = "JSON"; // as Microsoft's libraries call the type of a claim that is JSON text

    // Stock policies compare the names of claims without regard to case; JWT does not. A claim "SCOPE" must not pass for
    // "scope", so whatever differs from one of these only in case is left out.
    private static readonly FrozenSet<string> Registered = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", Client, Scope, "roles", "groups", "entitlements", "cnf", "act", "azp",
        "auth_time", "acr", "amr");

    public static SharedClaim[] Of(VerifiedJwt token)
    {
        var claims = new List<SharedClaim>(12);
        var reader = new Utf8JsonReader(token.Claims.Span, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if ((Registered.TryGetValue(name, out var registered) && name != registered) || IsAddedBelow(name) || !token.VouchesFor(name))
                reader.Skip();
            else if (reader.TokenType == JsonTokenType.StartArray)
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Add(ref reader, registered ?? name);
            else
                Add(ref reader, registered ?? name);
        }
        AddText(Client, token.ClientId);
        if (token.Scope is { } whole)
            AddText(Scope, whole);
        foreach (var scope in token.Scopes.Count > 1 ? token.Scopes : [])
            AddText(Scope, scope);
        return [.. claims];

        void AddText(string name, string value) => claims.Add(new SharedClaim(name, value, ClaimValueTypes.String, token.Issuer));

        void Add(ref Utf8JsonReader reader, string name)
        {
            var (value, type) = Read(ref reader, token.Claims.Span);
            if (value is not null)
                claims.Add(new SharedClaim(name, value, type, token.Issuer));
        }
    }

    // Wherever the issuer's profile has them.
    private static bool IsAddedBelow(string name) => name is Client or Scope;

    private static (string? Value, string? Type) Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return (null, null);
            case JsonTokenType.String:
                return (reader.GetString(), ClaimValueTypes.String);
            case JsonTokenType.True:
                return ("true", ClaimValueTypes.Boolean);
            case JsonTokenType.False:
                return ("false", ClaimValueTypes.Boolean);
            case JsonTokenType.Number:
                var whole = reader.TryGetInt64(out _);
                return (Encoding.UTF8.GetString(reader.ValueSpan), whole ? ClaimValueTypes.Integer64 : ClaimValueTypes.Double);
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return (Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]), Json);
        }
    }
}
