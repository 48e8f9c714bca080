// Header and content that somebody with the shared key encrypted: what lies behind the tag, which no chance input gets past.
// The input is the header, a line feed, the content.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;

namespace Watchword.Fuzz;

internal static class SealedTarget
{
    private static readonly byte[] Key = Trusted.Recipients.Single(key => key.Algorithm == KeyManagementAlgorithm.Direct).ToPrivateJwk().K!;
    private static readonly JweDecrypter Decrypter = new(Trusted.Recipients);

    public static void Run(byte[] input)
    {
        var line = Array.IndexOf(input, (byte)'\n');
        var header = line < 0 ? [] : input[..line];
        var content = input[(line + 1)..];
        var token = Seal(header, content);
        var opened = Decrypter.TryDecrypt(Encoding.ASCII.GetBytes(token), out var read, out _);
        Finding.Unless(!opened || (read.AsSpan().SequenceEqual(content) && IsGood(header)), "opened by a header that is not good, or read otherwise");
        var verdict = Trusted.DecryptingGate.VerifyAsync(token).AsTask().Result;
        var inside = Trusted.Gate().VerifyAsync(Encoding.Latin1.GetString(content)).AsTask().Result;
        Finding.Unless(!verdict.IsAccepted || (opened && inside.IsAccepted), "accepted, though what is inside is not");
    }

    private static string Seal(byte[] header, byte[] content)
    {
        var encoded = Encode(header);
        var (nonce, ciphertext, tag) = (new byte[12], new byte[content.Length], new byte[16]);
        using var aes = new AesGcm(Key, tag.Length);
        aes.Encrypt(nonce, content, ciphertext, tag, Encoding.ASCII.GetBytes(encoded));
        return $"{encoded}..{Encode(nonce)}.{Encode(ciphertext)}.{Encode(tag)}";
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static bool IsGood(byte[] json)
    {
        using var header = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
        var members = header.RootElement;
        return members.GetProperty("alg").GetString() == "dir" && members.GetProperty("enc").GetString() == "A256GCM"
            && !members.TryGetProperty("zip", out _) && !members.TryGetProperty("crit", out _)
            && (!members.TryGetProperty("kid", out var kid) || kid.GetString() == "dir");
    }
}
