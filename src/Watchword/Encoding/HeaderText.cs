// The header of a token, decoded and read strictly: what JWS and JWE headers have in common (RFC 7515 §4, RFC 7516 §4).
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Watchword.Encodings;

internal static class HeaderText
{
    private const int Longest = 4096;

    /// <summary>Reads the members; answers why the header is not acceptable, or null.</summary>
    public delegate Rejection? Reading<T>(ReadOnlySpan<byte> json, out T? header);

    /// <summary>Decodes and reads a header; false where it is not acceptable whatever the key.</summary>
    public static bool TryRead<T>(
        ReadOnlySpan<byte> encoded, Reading<T> read, [NotNullWhen(true)] out T? header, [NotNullWhen(false)] out Rejection? rejection)
        where T : class
    {
        header = null;
        if (encoded.Length > Longest)
        {
            rejection = new Rejection(RejectionCode.TooLarge, "The token's header is too large.", detail: $"{encoded.Length} characters");
            return false;
        }
        Span<byte> json = stackalloc byte[Longest];
        if (!Base64UrlText.TryDecode(encoded, json, out var length))
        {
            rejection = Malformed("The token's header is not base64url.");
            return false;
        }
        try
        {
            rejection = read(json[..length], out header);
            return rejection is null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            rejection = Malformed("The token's header is not one strict JSON object.", fault.Message);
            return false;
        }
    }

    public static Rejection Malformed(string message, string? detail = null) => new(RejectionCode.Malformed, message, detail: detail);
}
