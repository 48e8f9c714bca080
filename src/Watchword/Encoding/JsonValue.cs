// Where a value stands in a JSON text, and how to read it there.
using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Watchword.Encodings;

/// <summary>A slice of a JSON text: strings without their quotation marks, everything else as it is written.</summary>
internal readonly record struct JsonValue(JsonTokenType Type, int Start, int Length, bool Escaped)
{
    /// <summary>Whether the member is there at all; a JSON null is there.</summary>
    public bool Exists => Type != JsonTokenType.None;

    public bool IsString => Type == JsonTokenType.String;

    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>Whether a name or string has exactly this text, once its escapes are undone.</summary>
    public bool TextEquals(ReadOnlySpan<byte> json, ReadOnlySpan<byte> expected)
    {
        if (!Escaped)
            return Raw(json).SequenceEqual(expected);
        var buffer = ArrayPool<byte>.Shared.Rent(Length);
        var same = JsonText.Unescape(Raw(json), buffer).SequenceEqual(expected);
        ArrayPool<byte>.Shared.Return(buffer);
        return same;
    }

    public string Text(ReadOnlySpan<byte> json)
    {
        if (!Escaped)
            return System.Text.Encoding.UTF8.GetString(Raw(json));
        var buffer = new byte[Length];
        return System.Text.Encoding.UTF8.GetString(JsonText.Unescape(Raw(json), buffer));
    }

    /// <summary>Copies the text of a string, its escapes undone. The destination has at least as many characters as the raw text has bytes.</summary>
    public int CopyText(ReadOnlySpan<byte> json, Span<char> destination)
    {
        if (!Escaped)
            return System.Text.Encoding.UTF8.GetChars(Raw(json), destination);
        var text = Text(json);
        text.CopyTo(destination);
        return text.Length;
    }

    /// <summary>Reads a JSON number as finite seconds; false for anything else, also for numbers no date has.</summary>
    public bool TryGetSeconds(ReadOnlySpan<byte> json, out double seconds)
    {
        seconds = 0;
        if (Type != JsonTokenType.Number)
            return false;
        var raw = Raw(json);
        if (Utf8Parser.TryParse(raw, out long whole, out var consumed) && consumed == raw.Length)
            seconds = whole;
        else if (!double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds))
            return false;
        // From the first second of the year 1 to the last of 9999.
        return seconds is >= -62135596800 and <= 253402300799;
    }
}
