// The three parts of a compact JWS (RFC 7515 §3.1) and the check of its signature by a trusted key.
using System.Diagnostics.CodeAnalysis;
using Watchword.Encodings;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Jwt;

internal readonly ref struct CompactJws
{
    /// <summary>A larger token is refused unread.</summary>
    public const int Longest = CompactJwe.Longest;

    // RSA of 8192 bits, the largest key that is loaded.
    private const int LongestSignature = 1024;
    private readonly ReadOnlySpan<byte> _token;
    private readonly int _firstDot;
    private readonly int _secondDot;

    private CompactJws(ReadOnlySpan<byte> token, int firstDot, int secondDot, JwsHeader header)
    {
        _token = token;
        _firstDot = firstDot;
        _secondDot = secondDot;
        Header = header;
    }

    public JwsHeader Header { get; }

    public ReadOnlySpan<byte> EncodedHeader => _token[.._firstDot];

    public ReadOnlySpan<byte> EncodedPayload => _token[(_firstDot + 1).._secondDot];

    private ReadOnlySpan<byte> SigningInput => _token[.._secondDot];

    private ReadOnlySpan<byte> EncodedSignature => _token[(_secondDot + 1)..];

    /// <summary>Splits a token and reads its header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> token, HeaderMemo<JwsHeader>? memo, out CompactJws jws, [NotNullWhen(false)] out Rejection? rejection)
    {
        jws = default;
        var firstDot = token.IndexOf((byte)'.');
        var secondDot = firstDot < 0 ? -1 : token[(firstDot + 1)..].IndexOf((byte)'.') + firstDot + 1;
        if (firstDot <= 0 || secondDot <= firstDot || token[(secondDot + 1)..].Contains((byte)'.'))
        {
            rejection = new Rejection(RejectionCode.Malformed, CompactJwe.HasShape(token)
                ? "The token is encrypted, and nothing here is set up to decrypt one."
                : "The token does not have three parts.");
            return false;
        }
        rejection = null;
        var header = memo?.Find(token[..firstDot]);
        if (header is null && !JwsHeader.TryRead(token[..firstDot], out header, out rejection))
            return false;
        jws = new CompactJws(token, firstDot, secondDot, header);
        return true;
    }

    /// <summary>Decodes the payload. What it says is worth nothing before <see cref="CheckSignature"/> has answered null.</summary>
    public bool TryDecodePayload(Span<byte> destination, out int written) => Base64UrlText.TryDecode(EncodedPayload, destination, out written);

    /// <summary>Null if one of the keys, of the token's algorithm and identifier, made the signature.</summary>
    public Rejection? CheckSignature(KeySet keys)
    {
        if (!keys.TryFind(Header.KeyId, Header.Algorithm, out var key))
            return new Rejection(RejectionCode.UnknownKey, "The token is signed with a key that is not known here.", "kid", Missing(keys));
        if (key is null)
            return new Rejection(RejectionCode.AlgorithmMismatch, "The token's algorithm is not the one of its key.", "alg", $"alg is {Header.Algorithm}, kid is '{Header.KeyId}'");
        Span<byte> signature = stackalloc byte[LongestSignature];
        return EncodedSignature.Length <= Base64UrlText.EncodedLength(LongestSignature)
            && Base64UrlText.TryDecode(EncodedSignature, signature, out var length)
            && key.Verify(SigningInput, signature[..length])
            ? null
            : new Rejection(RejectionCode.BadSignature, "The token's signature is not good.", detail: $"alg is {Header.Algorithm}, kid is '{Header.KeyId}'");
    }

    private string Missing(KeySet keys) => Header.KeyId is null
        ? $"the token has no kid, and not exactly one of {keys.Keys.Count} keys is for {Header.Algorithm}"
        : $"kid is '{Header.KeyId}'; {keys.Keys.Count} keys are known";
}
