// Reading the members of an answer without caring whether they are there.
using System.Buffers;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Short ways to read and write JSON objects.</summary>
internal static class JsonFields
{
    /// <summary>How much of JSON the tool reads: one value, no duplicate members, at most 64 levels.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The member as text: empty when it is absent or null.</summary>
    public static string Text(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            ? member.ValueKind == JsonValueKind.String ? member.GetString()! : member.ValueKind == JsonValueKind.Null ? "" : member.GetRawText()
            : "";

    /// <summary>The member's items: none when it is absent or not an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            ? member.EnumerateArray()
            : [];

    /// <summary>The member's texts, separated by spaces.</summary>
    public static string Texts(this JsonElement value, string name) =>
        string.Join(' ', value.Items(name).Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetRawText()));

    /// <summary>True when the member is there and true.</summary>
    public static bool IsTrue(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;

    /// <summary>The member's seconds as a duration such as <c>5m</c>: empty when it is absent.</summary>
    public static string Duration(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.TryGetSeconds(out var seconds)
            ? Durations.Format(TimeSpan.FromSeconds(seconds))
            : "";

    /// <summary>Writes one JSON object.</summary>
    public static byte[] Body(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a member that is an array of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);

        writer.WriteEndArray();
    }

    /// <summary>Writes a member only if there is a value.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    /// <summary>Writes a duration in whole seconds, only if there is one.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, TimeSpan? value)
    {
        if (value is { } duration)
            writer.WriteNumber(name, (long)duration.TotalSeconds);
    }

    private static bool TryGetSeconds(this JsonElement value, out long seconds)
    {
        seconds = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out seconds) && seconds is >= 0 and < 1_000_000_000_000;
    }
}
