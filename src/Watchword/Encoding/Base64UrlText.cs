// Base64url as RFC 7515 §2 means it: URL alphabet, no padding, no white space, canonical trailing bits.
using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Watchword.Encodings;

internal static class Base64UrlText
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    public static int EncodedLength(int bytes) => Base64Url.GetEncodedLength(bytes);

    public static int DecodedLength(int characters) => (int)((long)characters * 3 / 4);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    public static int Encode(ReadOnlySpan<byte> bytes, Span<byte> destination) => Base64Url.EncodeToUtf8(bytes, destination);

    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        return IsCanonical(text)
            && Base64Url.DecodeFromUtf8(text, destination, out var consumed, out written) == OperationStatus.Done
            && consumed == text.Length;
    }

    public static byte[]? Decode(string text)
    {
        var encoded = new byte[text.Length];
        if (Ascii.FromUtf16(text, encoded, out _) != OperationStatus.Done)
            return null;
        var decoded = new byte[DecodedLength(encoded.Length)];
        return TryDecode(encoded, decoded, out var written) && written == decoded.Length ? decoded : null;
    }

    // The framework's decoder forgives white space and padding, so the text is checked before it is given to it.
    private static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(Alphabet))
            return false;
        return (text.Length & 3) switch
        {
            0 => true,
            2 => (Value(text[^1]) & 0b1111) == 0,
            3 => (Value(text[^1]) & 0b11) == 0,
            _ => false,
        };
    }

    private static int Value(byte character) => character switch
    {
        >= (byte)'a' => character - 'a' + 26,
        (byte)'_' => 63,
        >= (byte)'A' => character - 'A',
        (byte)'-' => 62,
        _ => character - '0' + 52,
    };
}
