// The five parts of a compact JWE (RFC 7516 §3.1).
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Jwe;

internal readonly ref struct CompactJwe
{
    /// <summary>A larger token is refused unread.</summary>
    public const int Longest = 16 * 1024;
    private const int Dots = 4;

    private CompactJwe(ReadOnlySpan<byte> header, ReadOnlySpan<byte> encryptedKey, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag)
    {
        EncodedHeader = header;
        EncryptedKey = encryptedKey;
        Nonce = nonce;
        Ciphertext = ciphertext;
        Tag = tag;
    }

    /// <summary>The header as it stands in the token: it is authenticated in this form.</summary>
    public ReadOnlySpan<byte> EncodedHeader { get; }

    public ReadOnlySpan<byte> EncryptedKey { get; }

    public ReadOnlySpan<byte> Nonce { get; }

    public ReadOnlySpan<byte> Ciphertext { get; }

    public ReadOnlySpan<byte> Tag { get; }

    /// <summary>Whether a token has the shape of an encrypted one: exactly five parts.</summary>
    public static bool HasShape(ReadOnlySpan<byte> token) => token.Count((byte)'.') == Dots;

    /// <summary>Splits a token; its parts are still base64url text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> token, out CompactJwe jwe, [NotNullWhen(false)] out Rejection? rejection)
    {
        jwe = default;
        rejection = null;
        if (token.Length > Longest)
            rejection = new Rejection(RejectionCode.TooLarge, "The token is too large.", detail: $"{token.Length} characters; at most {Longest} are read");
        else if (!HasShape(token))
            rejection = new Rejection(RejectionCode.Malformed, "The token does not have five parts.");
        if (rejection is not null)
            return false;
        Span<Range> parts = stackalloc Range[Dots + 1];
        var count = 0;
        foreach (var part in token.Split((byte)'.'))
            parts[count++] = part;
        jwe = new CompactJwe(token[parts[0]], token[parts[1]], token[parts[2]], token[parts[3]], token[parts[4]]);
        return true;
    }
}
