// Decrypts compact JWE by trusted keys (RFC 7516 §5.2): key by kid, alg is the key's, and every fault after that looks the same.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Watchword.Encodings;

namespace Watchword.Jwe;

/// <summary>
/// Decrypts what was encrypted to one of its keys. That somebody encrypted it says nothing of who that was: what is inside has to be
/// verified on its own. Safe for any number of threads.
/// </summary>
public sealed class JweDecrypter
{
    // RSA of 8192 bits; and the longest tag, which no nonce exceeds.
    private const int LongestEncryptedKey = 1024;
    private const int LongestTag = 32;
    private readonly HeaderMemo<Addressed> _headers = new();
    private readonly DecryptionKey[] _keys;
    private readonly IReadOnlyList<ContentEncryption>? _encryptions;

    /// <summary>Makes a decrypter.</summary>
    /// <param name="keys">The keys; usually one, or two while one replaces the other.</param>
    /// <param name="encryptions">The content encryptions that are accepted; null, the default, for all.</param>
    public JweDecrypter(IEnumerable<DecryptionKey> keys, IReadOnlyList<ContentEncryption>? encryptions = null)
    {
        _keys = [.. keys];
        _encryptions = encryptions;
    }

    /// <summary>Decrypts a token.</summary>
    /// <param name="token">The compact serialisation, ASCII; at most 16 KiB.</param>
    /// <param name="content">What was encrypted.</param>
    /// <param name="rejection">Why it was refused.</param>
    public bool TryDecrypt(ReadOnlySpan<byte> token, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out Rejection? rejection)
    {
        content = null;
        var room = ArrayPool<byte>.Shared.Rent(Math.Min(token.Length, CompactJwe.Longest));
        rejection = Decrypt(token, room, out var length, out _);
        if (rejection is null)
            content = room[..length];
        ArrayPool<byte>.Shared.Return(room, clearArray: true);
        return rejection is null;
    }

    /// <summary>Decrypts into a place that has room for three quarters of the token.</summary>
    internal Rejection? Decrypt(ReadOnlySpan<byte> token, Span<byte> content, out int length, out JweHeader? header)
    {
        length = 0;
        header = null;
        if (!CompactJwe.TryRead(token, out var jwe, out var rejection))
            return rejection;
        var known = _headers.Find(jwe.EncodedHeader);
        var addressed = known;
        if (addressed is null && Read(jwe.EncodedHeader, out addressed) is { } refused)
            return refused;
        header = addressed!.Header;
        rejection = Open(jwe, addressed, content, out length);
        // Only what was encrypted by a shared key comes from somebody who has one; to a public key, anybody encrypts.
        if (rejection is null && known is null && header.Algorithm.IsSymmetric)
            _headers.Remember(jwe.EncodedHeader, addressed);
        return rejection;
    }

    private Rejection? Read(ReadOnlySpan<byte> encoded, out Addressed? addressed)
    {
        addressed = null;
        if (!JweHeader.TryRead(encoded, out var header, out var rejection))
            return rejection;
        rejection = FindKey(header, out var key);
        if (rejection is null)
            addressed = new Addressed(header, key!);
        return rejection;
    }

    private Rejection? FindKey(JweHeader header, out DecryptionKey? key)
    {
        key = null;
        if (_encryptions?.Contains(header.Encryption) == false)
            return Mismatch("enc", $"enc is {header.Encryption}, which is not accepted here");
        var named = false;
        foreach (var candidate in _keys)
        {
            if (header.KeyId is not null && header.KeyId != candidate.KeyId)
                continue;
            named = true;
            if (candidate.Algorithm != header.Algorithm || (candidate.Encryption is { } only && only != header.Encryption))
                continue;
            if (key is not null)
                return Unknown($"several keys could be meant; kid is '{header.KeyId}'");
            key = candidate;
        }
        return key is not null ? null
            : named && header.KeyId is not null ? Mismatch("alg", $"alg is {header.Algorithm}, enc is {header.Encryption}, kid is '{header.KeyId}'")
            : Unknown($"alg is {header.Algorithm}, kid is '{header.KeyId}'; {_keys.Length} keys are known");
    }

    private static Rejection? Open(in CompactJwe jwe, Addressed addressed, Span<byte> content, out int length)
    {
        length = 0;
        var (header, key) = addressed;
        // Where nothing is encrypted between the two keys, there is no encrypted key (RFC 7516 §5.2 step 10).
        Span<byte> encryptedKey = header.Algorithm.IsDirect ? [] : stackalloc byte[LongestEncryptedKey];
        Span<byte> nonce = stackalloc byte[LongestTag];
        Span<byte> tag = stackalloc byte[LongestTag];
        if (!TryDecode(jwe.EncryptedKey, ref encryptedKey) || !TryDecode(jwe.Nonce, ref nonce) || !TryDecode(jwe.Tag, ref tag)
            || !Base64UrlText.TryDecode(jwe.Ciphertext, content, out var contentLength))
            return new Rejection(RejectionCode.Malformed, "A part of the token is not base64url, or longer than it can be.");
        var cipher = key.Recipient.Open(header, encryptedKey);
        var good = cipher.TryDecrypt(nonce, content[..contentLength], tag, jwe.EncodedHeader, out length);
        key.Recipient.Return(cipher);
        return good ? null : new Rejection(RejectionCode.DecryptionFailed, "The token cannot be decrypted.", detail: $"alg is {header.Algorithm}, kid is '{header.KeyId}'");
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, ref Span<byte> place)
    {
        if (text.Length > Base64UrlText.EncodedLength(place.Length) || !Base64UrlText.TryDecode(text, place, out var length))
            return false;
        place = place[..length];
        return true;
    }

    private static Rejection Unknown(string detail) =>
        new(RejectionCode.UnknownKey, "The token is encrypted to a key that is not known here.", "kid", detail);

    private static Rejection Mismatch(string member, string detail) =>
        new(RejectionCode.AlgorithmMismatch, "The token is not encrypted by the algorithms of its key.", member, detail);

    /// <summary>What a header says, and the key it names.</summary>
    private sealed record Addressed(JweHeader Header, DecryptionKey Key);
}
