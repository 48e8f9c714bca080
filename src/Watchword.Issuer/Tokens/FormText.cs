// Decodes one name or value of application/x-www-form-urlencoded, strictly (RFC 6749 §2.3.1 and Appendix B).
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Watchword.Issuer.Tokens;

internal static class FormText
{
    private const int StackLimit = 512;
    private static readonly SearchValues<byte> Encoded = SearchValues.Create("%+"u8);

    /// <summary>The decoded text, or null if an escape is malformed, the bytes are not UTF-8, or a NUL is among them.</summary>
    public static string? Decode(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(Encoded)) return ToText(text);

        var rented = text.Length > StackLimit ? ArrayPool<byte>.Shared.Rent(text.Length) : null;
        var buffer = rented ?? stackalloc byte[StackLimit];
        try
        {
            return TryUnescape(text, buffer, out var length) ? ToText(buffer[..length]) : null;
        }
        finally
        {
            // What was decoded may be a secret.
            buffer.Clear();
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> buffer, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '%')
            {
                if (i + 2 >= text.Length) return false;
                if (!char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2])) return false;
                value = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }
            buffer[length++] = value;
        }
        return true;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static string? ToText(ReadOnlySpan<byte> bytes) =>
        bytes.Contains((byte)0) || !Utf8.IsValid(bytes) ? null : Encoding.UTF8.GetString(bytes);
}
