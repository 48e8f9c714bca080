// aud is one string or an array of strings (RFC 7519 §4.1.3); everything else is malformed, never absent.
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Jwt;

internal static class AudienceList
{
    /// <summary>Whether the audience holds exactly this text; null where it is not of the form that it must have.</summary>
    public static bool? Contains(ReadOnlySpan<byte> json, JsonValue audience, ReadOnlySpan<byte> expected)
    {
        if (audience.IsString)
            return audience.TextEquals(json, expected);
        return audience.Type == JsonTokenType.StartArray ? ArrayContains(audience.Raw(json), expected) : null;
    }

    /// <summary>The texts of an audience that <see cref="Contains"/> has accepted.</summary>
    public static string[] Texts(ReadOnlySpan<byte> json, JsonValue audience)
    {
        if (audience.IsString)
            return [audience.Text(json)];
        var texts = new List<string>();
        var reader = new Utf8JsonReader(audience.Raw(json));
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String)
                texts.Add(reader.GetString()!);
        }
        return [.. texts];
    }

    // The array is strict JSON already. All of it is read, so that a bad member is found wherever it stands.
    private static bool? ArrayContains(ReadOnlySpan<byte> array, ReadOnlySpan<byte> expected)
    {
        var found = false;
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                return null;
            found |= reader.ValueTextEquals(expected);
        }
        return found;
    }
}
