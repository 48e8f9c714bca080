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

    private const int LongestContentKey = 64;

    /// <summary>Encrypts any content.</summary>
    /// <param name="key">Whom it is for; its algorithm and identifier go into the header.</param>
    /// <param name="content">The bytes to encrypt: for a nested token, the signed token as ASCII.</param>
    /// <param name="encryption">The content encryption; A256GCM by default. A key for <c>dir</c> allows only its own.</param>
    /// <param name="contentType">The header's <c>cty</c>, or null for none: <see cref="NestedToken"/> for a nested token.</param>
    /// <exception cref="ArgumentException">The key is for another content encryption.</exception>
    public static string Encrypt(EncryptionKey key, ReadOnlySpan<byte> content, ContentEncryption? encryption = null, string? contentType = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        var chosen = encryption ?? key.Encryption ?? ContentEncryption.A256Gcm;
        if (key.Encryption is { } own && own != chosen)
            throw new ArgumentException($"The key is for {own}, not for {chosen}.", nameof(encryption));
        Span<byte> contentKey = stackalloc byte[LongestContentKey];
        contentKey = contentKey[..chosen.KeyLength];
        var envelope = key.Recipient.Seal(chosen, contentKey);
        using var cipher = chosen.Create(contentKey);
        CryptographicOperations.ZeroMemory(contentKey);
        return Write(cipher, chosen, Header(key, chosen, envelope, contentType), envelope, content);
    }

    private static string Write(ContentCipher cipher, ContentEncryption encryption, ReadOnlySpan<byte> header, Envelope envelope, ReadOnlySpan<byte> content)
    {
        Span<byte> nonce = stackalloc byte[encryption.NonceLength];
        Span<byte> tag = stackalloc byte[encryption.TagLength];
        RandomNumberGenerator.Fill(nonce);
        var encodedHeader = new byte[Base64UrlText.EncodedLength(header.Length)];
        Base64UrlText.Encode(header, encodedHeader);
        var ciphertext = ArrayPool<byte>.Shared.Rent(encryption.CiphertextLength(content.Length));
        var encrypted = ciphertext.AsSpan(0, encryption.CiphertextLength(content.Length));
        cipher.Encrypt(nonce, content, encrypted, tag, encodedHeader);
        var token = new StringBuilder(encodedHeader.Length + envelope.EncryptedKey.Length * 4 / 3 + encrypted.Length * 4 / 3 + 96)
            .Append(Encoding.ASCII.GetString(encodedHeader))
            .Append('.').Append(Base64UrlText.Encode(envelope.EncryptedKey))
            .Append('.').Append(Base64UrlText.Encode(nonce))
            .Append('.').Append(Base64UrlText.Encode(encrypted))
            .Append('.').Append(Base64UrlText.Encode(tag));
        ArrayPool<byte>.Shared.Return(ciphertext);
        return token.ToString();
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
