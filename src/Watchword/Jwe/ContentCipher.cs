// A content encryption with its key: what stands between a token's ciphertext and its content.
namespace Watchword.Jwe;

/// <summary>One authenticated cipher with one key. Not safe for two threads at once.</summary>
internal abstract class ContentCipher : IDisposable
{
    public abstract void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> header);

    /// <summary>
    /// Decrypts in place; <paramref name="length"/> is that of the plaintext. False if the tag does not fit, or nonce or tag have another
    /// length than the algorithm's; then the content is worth nothing.
    /// </summary>
    public abstract bool TryDecrypt(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header, out int length);

    public abstract void Dispose();
}
