// How a target opens tokens that were encrypted to it (RFC 7519 §5.2, §7.2). What is inside is verified like any other token.
using Watchword.Jwe;

namespace Watchword.Jwt;

/// <summary>The private keys of a target, and whether it takes tokens that are not encrypted. Immutable and safe for any number of threads.</summary>
public sealed class TokenDecryption
{
    private readonly JweDecrypter _decrypter;

    /// <summary>Makes it.</summary>
    /// <param name="keys">One key, or two while one replaces the other; the first is the one to encrypt to.</param>
    /// <exception cref="ArgumentException">There is no key.</exception>
    public TokenDecryption(IEnumerable<DecryptionKey> keys)
    {
        DecryptionKey[] all = [.. keys];
        if (all.Length == 0)
            throw new ArgumentException("There is no key to decrypt with; name at least one.", nameof(keys));
        _decrypter = new JweDecrypter(all);
        PublicKeys = new EncryptionKeySet(all.Where(key => !key.Algorithm.IsSymmetric).Select(key => key.ToEncryptionKey()));
    }

    /// <summary>Whether a token that is not encrypted is refused; by default it is taken, so that encryption can be brought in step by step.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The public keys to publish.</summary>
    public EncryptionKeySet PublicKeys { get; }

    /// <summary>The signed token in a token: decrypted into the room where it is encrypted, else the token itself.</summary>
    internal Rejection? Open(ReadOnlySpan<byte> token, Span<byte> room, out ReadOnlySpan<byte> signed)
    {
        signed = token;
        if (!CompactJwe.HasShape(token))
        {
            return IsRequired
                ? new Rejection(RejectionCode.DecryptionFailed, "The token is not encrypted, and this service takes only tokens that are.")
                : null;
        }
        var rejection = _decrypter.Decrypt(token, room, out var length, out var header);
        signed = room[..length];
        return rejection ?? (header!.HoldsToken ? null : WrongContent(header.ContentType));
    }

    private static Rejection WrongContent(string? contentType) => new(
        RejectionCode.WrongType, "The encrypted token does not say that it holds a signed one: its cty must be JWT.", "cty",
        contentType is null ? "there is no cty" : $"cty is '{contentType}'");
}
