// Encrypts to a recipient's key, in the compact serialisation (RFC 7516 §5.1).
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Jwe;

/// <summary>Encrypts tokens to the service they are meant for.</summary>
public static class JweEncrypter
{
    /// <summary>The <c>cty</c> of an encrypted token whose content is a signed one (RFC 7519 §5.2).</summary>
    public const string NestedToken = "JWT";

    /// <summary>Encrypts any content. A token of more than 16 KiB is not read by <see cref="JweDecrypter"/>.</summary>
    /// <param name="key">Whom it is for; its algorithm and identifier go into the header.</param>
    /// <param name="content">The bytes to encrypt: for a nested token, the signed token as ASCII.</param>
    /// <param name="encryption">The content encryption; A256GCM by default. A key for <c>dir</c> allows only its own.</param>
    /// <param name="contentType">The header's <c>cty</c>, or null for none: <see cref="NestedToken"/> for a nested token.</param>
    /// <exception cref="ArgumentException">The key is for another content encryption.</exception>
    /// <exception cref="ObjectDisposedException">The shared key was wiped.</exception>
    public static string Encrypt(EncryptionKey key, ReadOnlySpan<byte> content, ContentEncryption? encryption = null, string? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        var chosen = encryption ?? key.Encryption ?? ContentEncryption.A256Gcm;
        if (key.Encryption is { } own && own != chosen)
            throw new ArgumentException($"The key is for {own}, not for {chosen}.", nameof(encryption));
        var envelope = key.Recipient.Seal(chosen, out var cipher);
        var token = Write(cipher, chosen, Header(key, chosen, envelope, contentType), envelope, content);
        key.Recipient.Return(cipher);
        return token;
    }

    private static string Write(ContentCipher cipher, ContentEncryption encryption, ReadOnlySpan<byte> header, Envelope envelope, ReadOnlySpan<byte> content)
    {
        Span<byte> nonce = stackalloc byte[encryption.NonceLength];
        Span<byte> tag = stackalloc byte[encryption.TagLength];
        RandomNumberGenerator.Fill(nonce);
        var ciphertextLength = encryption.CiphertextLength(content.Length);
        var length = Base64UrlText.EncodedLength(header.Length) + Encoded(envelope.EncryptedKey.Length) + Encoded(nonce.Length)
            + Encoded(ciphertextLength) + Encoded(tag.Length);
        var room = ArrayPool<byte>.Shared.Rent(length + ciphertextLength);
        var token = room.AsSpan(0, length);
        var ciphertext = room.AsSpan(length, ciphertextLength);
        var written = Base64UrlText.Encode(header, token);
        cipher.Encrypt(nonce, content, ciphertext, tag, token[..written]);
        written += Append(envelope.EncryptedKey, token[written..]);
        written += Append(nonce, token[written..]);
        written += Append(ciphertext, token[written..]);
        Append(tag, token[written..]);
        var text = Encoding.ASCII.GetString(token);
        ArrayPool<byte>.Shared.Return(room);
        return text;
    }

    private static int Encoded(int bytes) => 1 + Base64UrlText.EncodedLength(bytes);

    private static int Append(ReadOnlySpan<byte> part, Span<byte> token)
    {
        token[0] = (byte)'.';
        return 1 + Base64UrlText.Encode(part, token[1..]);
    }

    private static ReadOnlySpan<byte> Header(EncryptionKey key, ContentEncryption encryption, Envelope envelope, string? contentType)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", key.Algorithm.Name);
            writer.WriteString("enc", encryption.Name);
            if (contentType is not null)
                writer.WriteString("cty", contentType);
            if (key.KeyId is { } keyId)
                writer.WriteString("kid", keyId);
            if (envelope.EphemeralKey is { } ephemeral)
            {
                writer.WritePropertyName("epk");
                ephemeral.WritePublicTo(writer);
            }
            writer.WriteEndObject();
        }
        return json.WrittenSpan;
    }
}
