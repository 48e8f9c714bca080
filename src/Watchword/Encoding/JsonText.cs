// JSON strings inside a text that a strict reader has already accepted.
using System.Text.Json;

namespace Watchword.Encodings;

internal static class JsonText
{
    /// <summary>Undoes the escapes of a string's inner text. The buffer holds at least as many bytes as the text.</summary>
    /// <exception cref="InvalidOperationException">An escape names half of a surrogate pair.</exception>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> inner, Span<byte> buffer)
    {
        // The reader needs the quotation marks, which always surround the inner text of a token it has read.
        Span<byte> quoted = inner.Length <= 510 ? stackalloc byte[512] : new byte[inner.Length + 2];
        quoted[0] = (byte)'"';
        inner.CopyTo(quoted[1..]);
        quoted[inner.Length + 1] = (byte)'"';
        var reader = new Utf8JsonReader(quoted[..(inner.Length + 2)]);
        reader.Read();
        return buffer[..reader.CopyString(buffer)];
    }
}
