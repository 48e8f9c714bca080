// Signs: header, payload and signature in one buffer, and nothing allocated but the token (RFC 7515 §5.1).
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwt;

/// <summary>Signs tokens in the compact serialisation.</summary>
public static class JwtSigner
{
    /// <summary>The longest access token that is issued, in characters; larger ones do not fit everybody's request headers.</summary>
    public const int LongestAccessToken = 4096;

    private const int UsualToken = 2048;

    [ThreadStatic]
    private static Scratch? scratch;

    /// <summary>Signs an access token (RFC 9068): <c>typ</c> is <c>at+jwt</c>.</summary>
    /// <exception cref="ArgumentException">The token would be longer than <see cref="LongestAccessToken"/>.</exception>
    public static string SignAccessToken(SigningKey key, in AccessTokenClaims claims)
    {
        ArgumentNullException.ThrowIfNull(key);
        var room = scratch ??= new Scratch();
        room.Json.ResetWrittenCount();
        room.Writer.Reset(room.Json);
        Write(room.Writer, claims);
        room.Writer.Flush();
        var token = Sign(key, room.Json.WrittenSpan, "at+jwt");
        return token.Length <= LongestAccessToken
            ? token
            : throw new ArgumentException($"The access token would have {token.Length} characters; at most {LongestAccessToken} are issued. Ask for fewer scopes.", nameof(claims));
    }

    /// <summary>Signs any payload.</summary>
    /// <param name="key">The key; its algorithm and identifier go into the header.</param>
    /// <param name="payload">The bytes to sign: for a JWT, the claims as UTF-8 JSON.</param>
    /// <param name="type">The header's <c>typ</c>, or null for none.</param>
    public static string Sign(SigningKey key, ReadOnlySpan<byte> payload, string? type = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        var header = key.EncodedHeader(type);
        var dot = header.Length + Base64UrlText.EncodedLength(payload.Length);
        var length = dot + 1 + Base64UrlText.EncodedLength(key.SignatureLength);
        byte[]? rented = null;
        var token = length <= UsualToken ? stackalloc byte[UsualToken] : rented = ArrayPool<byte>.Shared.Rent(length);
        header.CopyTo(token);
        Base64UrlText.Encode(payload, token[header.Length..]);
        token[dot] = (byte)'.';
        Span<byte> signature = stackalloc byte[1024];
        signature = signature[..key.SignatureLength];
        key.Sign(token[..dot], signature);
        Base64UrlText.Encode(signature, token[(dot + 1)..]);
        var text = Encoding.ASCII.GetString(token[..length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    // iss comes first, so that whoever looks for the issuer finds it at once.
    private static void Write(Utf8JsonWriter writer, in AccessTokenClaims claims)
    {
        var issued = claims.IssuedAt.ToUnixTimeSeconds();
        writer.WriteStartObject();
        writer.WriteString("iss"u8, claims.Issuer);
        writer.WriteString("sub"u8, claims.Subject);
        writer.WriteString("aud"u8, claims.Audience);
        writer.WriteString("client_id"u8, claims.ClientId);
        writer.WriteNumber("iat"u8, issued);
        writer.WriteNumber("exp"u8, issued + (long)claims.Lifetime.TotalSeconds);
        if (claims.TokenId is { } tokenId)
            writer.WriteString("jti"u8, tokenId);
        else
            WriteRandomId(writer);
        if (claims.Scope is { } scope)
            writer.WriteString("scope"u8, scope);
        writer.WriteEndObject();
    }

    private static void WriteRandomId(Utf8JsonWriter writer)
    {
        Span<byte> text = stackalloc byte[22];
        scratch!.NextId(text);
        writer.WriteString("jti"u8, text);
    }

    /// <summary>What one thread reuses from token to token.</summary>
    private sealed class Scratch
    {
        private const int IdLength = 16;
        private readonly byte[] _random = new byte[64 * IdLength];
        private int _used;

        public Scratch()
        {
            _used = _random.Length;
            Writer = new Utf8JsonWriter(Json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        }

        public ArrayBufferWriter<byte> Json { get; } = new(1024);

        public Utf8JsonWriter Writer { get; }

        // Identifiers are public, so that it does no harm to draw some of them ahead: one call to the generator for 64 tokens.
        public void NextId(Span<byte> text)
        {
            if (_used == _random.Length)
            {
                System.Security.Cryptography.RandomNumberGenerator.Fill(_random);
                _used = 0;
            }
            Base64UrlText.Encode(_random.AsSpan(_used, IdLength), text);
            _used += IdLength;
        }
    }
}
