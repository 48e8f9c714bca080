// SECURITY.md item 13: whatever keeps a token from being decrypted, its sender sees one and the same answer (RFC 7516 §11.5), and the log
// holds neither key nor content.
using System.Net;
using System.Text;
using Watchword.Encodings;
using Watchword.Jwe;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Attacks;

public sealed class DecryptionOracleAttacks
{
    private const string KeyId = "billing";
    private const string Answer = "Bearer error=\"invalid_token\", error_description=\"decryption_failed: The token cannot be decrypted.\"";

    [Theory]
    [InlineData("ECDH-ES")]
    [InlineData("ECDH-ES+A128KW")]
    [InlineData("ECDH-ES+A256KW")]
    [InlineData("RSA-OAEP")]
    [InlineData("RSA-OAEP-256")]
    [InlineData("A128KW")]
    [InlineData("A256KW")]
    [InlineData("dir")]
    [InlineData("dir", "A128CBC-HS256")]
    [InlineData("ECDH-ES", "A256CBC-HS512")]
    [InlineData("RSA-OAEP-256", "A128CBC-HS256")]
    public async Task Every_fault_of_decryption_has_one_answer(string algorithmName, string encryptionName = "A256GCM")
    {
        Assert.True(KeyManagementAlgorithm.TryFind(algorithmName, out var algorithm));
        Assert.True(ContentEncryption.TryFind(encryptionName, out var encryption));
        using var folder = new TempFolder();
        using var key = DecryptionKey.Generate(algorithm, KeyId, encryption);
        using var stranger = DecryptionKey.Generate(algorithm, KeyId, encryption);
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(new Dictionary<string, string?>(TargetApp.Settings(issuer.Url))
        {
            ["Authentication:Schemes:Watchword:DecryptionKeyFiles"] = folder.Write("key", key),
        });
        var content = issuer.Token();
        var good = Encrypt(key, content, encryption);
        using var accepted = await target.GetAsync("/", good);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        var attacks = Damaged(good.Split('.')).Append(Encrypt(stranger, content, encryption)).ToList();
        foreach (var token in attacks)
        {
            using var refused = await target.GetAsync("/", token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal(Answer, refused.Challenge());
            Assert.Equal(0, refused.Content.Headers.ContentLength);
        }
        var log = target.Log.Of("TokenRefused").Select(line => line.Text).ToArray();
        Assert.Equal(attacks.Count, log.Length);
        Assert.Single(log.Distinct());
        var secrets = good.Split('.').Concat(content.Split('.')).Where(part => part.Length > 0).Append(Secret(key)).ToArray();
        Assert.DoesNotContain(target.Log.Lines, line => secrets.Any(secret => line.Text.Contains(secret, StringComparison.Ordinal)));
    }

    private static string Encrypt(DecryptionKey key, string token, ContentEncryption encryption) =>
        JweEncrypter.Encrypt(key.ToEncryptionKey(), Encoding.ASCII.GetBytes(token), encryption, "JWT");

    private static string Secret(DecryptionKey key)
    {
        var jwk = key.ToPrivateJwk();
        return Base64UrlText.Encode((jwk.D ?? jwk.K)!);
    }

    // Each part but the header is damaged at both ends and in the middle, and shortened; then the header's ephemeral key.
    private static IEnumerable<string> Damaged(string[] parts)
    {
        for (var part = 1; part < parts.Length; part++)
        {
            if (Base64UrlText.Decode(parts[part]) is not { Length: > 0 } bytes)
                continue;
            foreach (var place in new[] { 0, bytes.Length / 2, bytes.Length - 1 })
                yield return With(parts, part, Flipped(bytes, place));
            yield return With(parts, part, bytes.AsSpan(..^1));
            yield return With(parts, part, []);
        }
        foreach (var token in Forged(parts))
            yield return token;
    }

    private static IEnumerable<string> Forged(string[] parts)
    {
        var header = Encoding.UTF8.GetString(Base64UrlText.Decode(parts[0])!);
        using var other = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        var theirs = other.ToEncryptionKey().ToJwk();
        var x = Member(header, "x");
        if (x is null)
            yield break;
        var offCurve = Base64UrlText.Decode(x)!;
        offCurve[^1] ^= 1;
        yield return WithHeader(x, Base64UrlText.Encode(offCurve));
        yield return WithHeader(x, Base64UrlText.Encode(offCurve.AsSpan(1..)));
        yield return WithHeader(x, Base64UrlText.Encode(new byte[offCurve.Length]));
        yield return WithHeader("P-256", "P-384");
        yield return WithHeader("P-256", "P-257");
        yield return WithHeader(x, Base64UrlText.Encode(theirs.X!), Member(header, "y")!, Base64UrlText.Encode(theirs.Y!));

        string WithHeader(params string[] changes)
        {
            var changed = header;
            for (var i = 0; i < changes.Length; i += 2)
                changed = changed.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
            Assert.NotEqual(header, changed);
            return With(parts, 0, Encoding.UTF8.GetBytes(changed));
        }
    }

    private static string With(string[] parts, int index, ReadOnlySpan<byte> bytes)
    {
        string[] changed = [.. parts];
        changed[index] = Base64UrlText.Encode(bytes);
        return string.Join('.', changed);
    }

    private static byte[] Flipped(byte[] bytes, int place)
    {
        byte[] changed = [.. bytes];
        changed[place] ^= 1;
        return changed;
    }

    private static string? Member(string header, string name)
    {
        using var json = System.Text.Json.JsonDocument.Parse(header);
        return json.RootElement.TryGetProperty("epk", out var epk) ? epk.GetProperty(name).GetString() : null;
    }
}
