// The scopes of a token: one string of scope tokens (RFC 6749 §3.3), or, in the profiles of some stock issuers, an array of strings.
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Jwt;

internal static class ScopeClaim
{
    /// <summary>Whether the claim has the form it must have. An array may be empty, a string may not.</summary>
    public static bool IsValid(ReadOnlySpan<byte> json, JsonValue scope, bool allowsArray) =>
        scope.IsString ? (scope.Escaped ? ScopeText.IsValid(scope.Text(json)) : ScopeText.IsValid(scope.Raw(json)))
        : allowsArray && scope.Type == JsonTokenType.StartArray && IsArrayOfTokens(scope.Raw(json));

    /// <summary>The scopes of a claim that <see cref="IsValid"/> has accepted.</summary>
    public static string[] Read(ReadOnlySpan<byte> json, JsonValue scope) =>
        scope.IsString ? scope.Text(json).Split(' ') : AudienceList.Texts(json, scope);

    private static bool IsArrayOfTokens(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String || !ScopeText.IsToken(reader.GetString()))
                return false;
        }
        return true;
    }
}
