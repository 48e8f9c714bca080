// `watchword token verify --batch`: a question a line, an answer a line, in order. The engine's public face for test vectors.
using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Cli;

/// <summary>Judges the tokens of a stream of lines, each by the keys and options that its line brings.</summary>
internal sealed class TokenBatch : IDisposable
{
    private const int LongestLine = 2 * 1024 * 1024;
    private const int FullAnswers = 64 * 1024;
    private readonly Terminal _terminal;
    private readonly ArrayBufferWriter<byte> _answers = new();
    private readonly Utf8JsonWriter _writer;
    private readonly BatchKeys _keys = new();

    public TokenBatch(Terminal terminal)
    {
        _terminal = terminal;
        _writer = new Utf8JsonWriter(_answers, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Answers every line. Answers are given out before more input is waited for.</summary>
    public void Run(Stream input)
    {
        var lines = new LineReader(input, LongestLine, Flush);
        while (lines.TryRead(out var line))
        {
            Answer(line);
            if (_answers.WrittenCount > FullAnswers)
                Flush();
        }
        Flush();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _keys.Dispose();
    }

    private void Answer(ReadOnlyMemory<byte>? line)
    {
        using var document = line is { } text ? Parse(text) : null;
        var payload = ReadOnlyMemory<byte>.Empty;
        var error = line is null ? RejectionCode.TooLarge
            : document is null ? RejectionCode.Malformed
            : Judge(document.RootElement, out payload);
        _writer.Reset(_answers);
        _writer.WriteStartObject();
        _writer.WritePropertyName("id");
        _writer.WriteRawValue(document?.RootElement.TryGetProperty("id", out var id) == true ? Output.Ascii(id.GetRawText()) : "null", skipInputValidation: true);
        _writer.WriteBoolean("ok", error is null);
        if (error is null)
            _writer.WriteString("payload_b64u", Base64Url.EncodeToString(payload.Span));
        else
            _writer.WriteString("error", error);
        _writer.WriteEndObject();
        _writer.Flush();
        _answers.Write("\n"u8);
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
            return null;
        try
        {
            var document = JsonDocument.Parse(line, JsonFields.Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Null for an accepted token, else the code. A line that asks for what cannot be done is as malformed as one that is not JSON.
    private string? Judge(JsonElement line, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        try
        {
            var options = BatchOptions.Read(line.TryGetProperty("options", out var given) ? given : default);
            var token = Encoding.UTF8.GetBytes(Member(line, "token", JsonValueKind.String).GetString()!);
            var jwks = JsonMarshal.GetRawUtf8Value(Member(line, "jwks", JsonValueKind.Object));
            return options.Mode switch
            {
                "jwt" => VerifyJwt(token, _keys.Verifying(jwks, options), options, out payload),
                "jws" => VerifyJws(token, _keys.Verifying(jwks, options), out payload),
                "jwe" => Decrypt(token, _keys.Decrypting(jwks, options), options, out payload),
                _ => RejectionCode.Malformed,
            };
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or InvalidOperationException or InvalidKeyException)
        {
            return RejectionCode.Malformed;
        }
    }

    private string? VerifyJwt(byte[] token, KeySet keys, BatchOptions options, out ReadOnlyMemory<byte> payload)
    {
        var rules = new JwtRules
        {
            Issuer = options.Issuer!,
            Audience = options.Audience!,
            Type = options.Type ?? TokenProfile.Rfc9068.Type,
            Leeway = options.Leeway ?? TimeSpan.FromSeconds(30),
        };
        var verdict = new JwtVerifier(rules, keys, options.Now is { } now ? new StoppedClock(now) : _terminal.Clock).Verify(token);
        payload = verdict.Token?.Claims ?? default;
        return verdict.Rejection?.Code;
    }

    private static string? VerifyJws(byte[] token, KeySet keys, out ReadOnlyMemory<byte> payload)
    {
        var rejection = new JwsVerifier(keys).TryVerify(token, out var verified, out var refused) ? null : refused;
        payload = verified;
        return rejection?.Code;
    }

    private static string? Decrypt(byte[] token, IReadOnlyList<DecryptionKey> keys, BatchOptions options, out ReadOnlyMemory<byte> payload)
    {
        var decrypter = new JweDecrypter(keys, BatchKeys.Find<ContentEncryption>(options.Encryptions, ContentEncryption.TryFind));
        var rejection = decrypter.TryDecrypt(token, out var content, out var refused) ? null : refused;
        payload = content;
        return rejection?.Code;
    }

    private static JsonElement Member(JsonElement line, string name, JsonValueKind kind) =>
        line.TryGetProperty(name, out var member) && member.ValueKind == kind ? member : throw new FormatException(name);

    private void Flush()
    {
        if (_answers.WrittenCount == 0)
            return;
        _terminal.Output.Write(Encoding.ASCII.GetString(_answers.WrittenSpan));
        _terminal.Output.Flush();
        _answers.ResetWrittenCount();
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
