// Other libraries, with nothing of ours in them: each decrypts what we encrypt, and we what it encrypts, in every mode that it knows.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.House;
using Watchword.Tests.Jwe;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class StockEncryptionTests
{
    private const string Content = "what is encrypted, and some more of it – with a dash";

    public static TheoryData<string> Modes => [.. SampleDecryptionKeys.Modes.Select(mode => $"{mode}")];

    [Fact]
    public async Task Jose_and_we_understand_each_other_in_every_mode()
    {
        SkipWithoutJose();
        var cases = string.Concat(SampleDecryptionKeys.Modes.Select(mode => Case(mode) + "\n"));
        var finished = await RunningProcess.RunAsync("node", [Repository.PathOf("tests/node/encrypt.mjs")], input: cases);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var tokens = finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(SampleDecryptionKeys.Modes.Count, tokens.Length);
        foreach (var (mode, token) in SampleDecryptionKeys.Modes.Zip(tokens))
            Assert.Equal(Content, Decrypt(mode, token));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Jose_jwt_and_we_understand_each_other(string name)
    {
        var mode = SampleDecryptionKeys.Mode(name);
        var algorithm = PeerAlgorithm(mode.Algorithm);
        var encryption = PeerEncryption(mode.Encryption);
        var key = Jose.Jwk.FromJson(Json(SampleDecryptionKeys.Of(mode)));
        Assert.Equal(Content, Jose.JWT.Decode(Encrypt(mode), key, algorithm, encryption));
        var token = Jose.JWT.Encode(Content, key, algorithm, encryption, extraHeaders: new Dictionary<string, object> { ["kid"] = SampleDecryptionKeys.KeyId });
        Assert.Equal(Content, Decrypt(mode, token));
    }

    [Theory]
    [InlineData("RSA-OAEP A128CBC-HS256")]
    [InlineData("RSA-OAEP A256CBC-HS512")]
    [InlineData("A128KW A128CBC-HS256")]
    [InlineData("A256KW A256CBC-HS512")]
    [InlineData("dir A256CBC-HS512")]
    public void Microsoft_and_we_understand_each_other(string name)
    {
        var mode = SampleDecryptionKeys.Mode(name);
        var jwk = SampleDecryptionKeys.Of(mode);
        SecurityKey key = jwk.K is { } secret ? new SymmetricSecurityKey(secret) : new RsaSecurityKey(RsaNumbers.Complete(jwk));
        key.KeyId = SampleDecryptionKeys.KeyId;
        var handler = new JsonWebTokenHandler();
        using var signing = SigningKey.Generate(SignatureAlgorithm.ES256);
        var signed = Watchword.Jwt.JwtSigner.Sign(signing, "{}"u8);
        Assert.Equal(signed, handler.DecryptToken(new JsonWebToken(Encrypt(mode, signed)), new TokenValidationParameters { TokenDecryptionKey = key }));
        var token = handler.EncryptToken(signed, new EncryptingCredentials(key, mode.Algorithm.Name, mode.Encryption.Name));
        Assert.Equal(signed, Decrypt(mode, token));
    }

    private static void SkipWithoutJose()
    {
        var hasNode = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, "node")));
        Assert.SkipUnless(hasNode, "node is not installed.");
        Assert.SkipUnless(Directory.Exists(Repository.PathOf("tests/node/node_modules/jose")), "jose is not installed: npm ci --prefix tests/node");
    }

    private static string Case(JweMode mode) =>
        $$"""{"token":"{{Encrypt(mode)}}","alg":"{{mode.Algorithm}}","enc":"{{mode.Encryption}}","kid":"{{SampleDecryptionKeys.KeyId}}","key":{{Json(SampleDecryptionKeys.Of(mode))}}}""";

    private static string Encrypt(JweMode mode, string content = Content)
    {
        using var key = SampleDecryptionKeys.Load(mode);
        return JweEncrypter.Encrypt(key.ToEncryptionKey(), Encoding.UTF8.GetBytes(content), mode.Encryption, JweEncrypter.NestedToken);
    }

    private static string Decrypt(JweMode mode, string token)
    {
        using var key = SampleDecryptionKeys.Load(mode);
        Assert.True(new JweDecrypter([key], [mode.Encryption]).TryDecrypt(Encoding.ASCII.GetBytes(token), out var content, out var rejection), $"{mode}: {rejection}");
        return Encoding.UTF8.GetString(content);
    }

    private static string Json(Jwk jwk)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            jwk.WritePrivateTo(writer);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static Jose.JweAlgorithm PeerAlgorithm(KeyManagementAlgorithm algorithm) => algorithm.Name switch
    {
        "dir" => Jose.JweAlgorithm.DIR,
        "A128KW" => Jose.JweAlgorithm.A128KW,
        "A256KW" => Jose.JweAlgorithm.A256KW,
        "RSA-OAEP" => Jose.JweAlgorithm.RSA_OAEP,
        "RSA-OAEP-256" => Jose.JweAlgorithm.RSA_OAEP_256,
        "ECDH-ES" => Jose.JweAlgorithm.ECDH_ES,
        "ECDH-ES+A128KW" => Jose.JweAlgorithm.ECDH_ES_A128KW,
        _ => Jose.JweAlgorithm.ECDH_ES_A256KW,
    };

    private static Jose.JweEncryption PeerEncryption(ContentEncryption encryption) => encryption.Name switch
    {
        "A128GCM" => Jose.JweEncryption.A128GCM,
        "A256GCM" => Jose.JweEncryption.A256GCM,
        "A128CBC-HS256" => Jose.JweEncryption.A128CBC_HS256,
        _ => Jose.JweEncryption.A256CBC_HS512,
    };
}
