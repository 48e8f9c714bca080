// Whole JSON documents that are read rarely (keys, key sets, metadata), by the same strict rules as tokens.
using System.Text.Json;
using System.Text.Unicode;

namespace Watchword.Encodings;

internal static class JsonDocuments
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads one object: valid UTF-8, nothing after it, no member twice, no comments; null where it is not that.</summary>
    public static JsonDocument? Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return null;
        try
        {
            var document = JsonDocument.Parse(json.ToArray(), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a string member; null where it is absent, not a string, or half a surrogate pair.</summary>
    public static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
