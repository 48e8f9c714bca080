// `watchword token verify --batch`: what a line may ask, and that every line gets its answer, in order, whatever the others were.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Watchword.Jwe;
using Watchword.Tests.Attacks;
using Watchword.Tests.Vectors;

namespace Watchword.Tests.Cli;

public sealed class TokenBatchTests
{
    private static readonly string Keys = Set(TokenForge.EcJwk("ec"), TokenForge.RsaJwk("rsa", "RS256"), Secret("oct", ",\"alg\":\"HS256\""));
    private static readonly string Rules = $"\"issuer\":\"{TokenForge.Issuer}\",\"audience\":\"{TokenForge.Audience}\",\"now\":{TokenForge.Seconds()}";

    public static TheoryData<string> Examples => [.. JwsVectors.All.SelectMany(file => file.Good).Select(vector => vector.Source)];

    [Fact]
    public async Task Each_line_is_answered_in_order_under_its_own_id()
    {
        var answers = await AskAsync(
            Line("1", TokenForge.ES256(), Keys, Rules),
            Line("\"two\"", "a.b.c", Keys, Rules),
            Line("{\"n\" : [3, null]}", TokenForge.RS256(), Keys, Rules),
            Line("null", TokenForge.HS256(), Keys, Rules),
            $$"""{"token":"x","jwks":{{Keys}}}""");
        Assert.Equal("""{"id":1,"ok":true,"payload_b64u":""" + $"\"{TokenForge.ES256().Split('.')[1]}\"}}", answers[0]);
        Assert.Equal("""{"id":"two","ok":false,"error":"malformed"}""", answers[1]);
        Assert.StartsWith("""{"id":{"n" : [3, null]},"ok":true,""", answers[2], StringComparison.Ordinal);
        Assert.StartsWith("""{"id":null,"ok":true,""", answers[3], StringComparison.Ordinal);
        Assert.Equal("""{"id":null,"ok":false,"error":"malformed"}""", answers[4]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"id\":1,\"id\":1}")]
    [InlineData("{\"token\":\"a.b.c\"}")]
    [InlineData("{\"jwks\":{\"keys\":[]}}")]
    [InlineData("{\"token\":1,\"jwks\":{\"keys\":[]}}")]
    [InlineData("{\"token\":\"\\ud800\",\"jwks\":{\"keys\":[]}}")]
    [InlineData("{\"token\":\"a.b.c\",\"jwks\":[]}")]
    [InlineData("{\"token\":\"a.b.c\",\"jwks\":{}}")]
    [InlineData("{\"token\":\"a.b.c\",\"jwks\":{\"keys\":{}}}")]
    [InlineData("{\"token\":\"a.b.c\",\"jwks\":{\"keys\":[]},\"options\":[]}")]
    [InlineData("{\"token\":\"a.b.c\",\"jwks\":{\"keys\":[]},\"options\":{\"mode\":\"jws\"}} {}")]
    public async Task A_bad_line_is_malformed_and_the_run_goes_on(string line)
    {
        var answers = await AskAsync(line, Line("2", TokenForge.ES256(), Keys, Rules));
        Assert.Contains("\"ok\":false,\"error\":\"malformed\"", answers[0], StringComparison.Ordinal);
        Assert.Contains("\"id\":2,\"ok\":true", answers[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"mode\":\"jwx\"")]
    [InlineData("\"mode\":1")]
    [InlineData("\"algorithms\":\"ES256\"")]
    [InlineData("\"algorithms\":[]")]
    [InlineData("\"algorithms\":[1]")]
    [InlineData("\"issuer\":\"\"")]
    [InlineData("\"audience\":[\"https://billing\"]")]
    [InlineData("\"typ\":\"\"")]
    [InlineData("\"now\":\"1795000000\"")]
    [InlineData("\"now\":1e300")]
    [InlineData("\"now\":1e400")]
    [InlineData("\"clock_skew_seconds\":-1")]
    [InlineData("\"clock_skew_seconds\":301")]
    [InlineData("\"clock_skew\":10")]
    [InlineData("\"enc\":1")]
    public async Task An_option_of_a_wrong_value_or_name_is_malformed(string option)
    {
        var name = option.Split(':')[0];
        var others = string.Join(',', Rules.Split(",").Where(rule => !rule.StartsWith(name + ":", StringComparison.Ordinal)).Append(option));
        Assert.Equal("malformed", await VerdictAsync(TokenForge.ES256(), Keys, others));
    }

    [Fact]
    public async Task Issuer_and_audience_are_required_of_a_token_and_an_option_that_is_null_is_not_given()
    {
        var token = TokenForge.ES256();
        Assert.Equal("malformed", await VerdictAsync(token, Keys, $"\"issuer\":\"{TokenForge.Issuer}\""));
        Assert.Equal("malformed", await VerdictAsync(token, Keys, $"\"audience\":\"{TokenForge.Audience}\""));
        Assert.Equal("", await VerdictAsync(token, Keys, Rules + ",\"typ\":null,\"algorithms\":null,\"enc\":null,\"mode\":null,\"clock_skew_seconds\":null"));
    }

    [Fact]
    public async Task The_rules_are_those_of_the_line()
    {
        var token = TokenForge.ES256();
        Assert.Equal(RejectionCode.WrongAudience, await VerdictAsync(token, Keys, Rules.Replace("billing", "shipping", StringComparison.Ordinal)));
        Assert.Equal(RejectionCode.UnknownIssuer, await VerdictAsync(token, Keys, Rules.Replace(TokenForge.Issuer, "https://other.example", StringComparison.Ordinal)));
        Assert.Equal(RejectionCode.Expired, await VerdictAsync(token, Keys, Rules[..Rules.LastIndexOf(',')]));
        Assert.Equal(RejectionCode.WrongType, await VerdictAsync(token, Keys, Rules + ",\"typ\":\"JWT\""));
        Assert.Equal("", await VerdictAsync(TokenForge.ES256(TokenForge.Header("ES256", "ec").Replace("at+jwt", "jwt", StringComparison.Ordinal)), Keys, Rules + ",\"typ\":\"JWT\""));
        string At(double seconds) => Rules[..Rules.LastIndexOf(',')] + $",\"now\":{TokenForge.Seconds(seconds)}";
        Assert.Equal("", await VerdictAsync(token, Keys, At(329)));
        Assert.Equal(RejectionCode.Expired, await VerdictAsync(token, Keys, At(330)));
        Assert.Equal(RejectionCode.Expired, await VerdictAsync(token, Keys, At(300) + ",\"clock_skew_seconds\":0"));
        Assert.Equal("", await VerdictAsync(token, Keys, At(389) + ",\"clock_skew_seconds\":90"));
    }

    [Fact]
    public async Task Algorithms_bind_keys_without_one_and_leave_others_out()
    {
        var rsa = Set(TokenForge.RsaJwk("rsa", "RS256").Replace("\"alg\":\"RS256\",", "", StringComparison.Ordinal));
        var pss = TokenForge.Sign(TokenForge.Header("PS256", "rsa"), TokenForge.Claims(), data => TokenForge.SignRsa(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.Equal("", await VerdictAsync(TokenForge.RS256(), rsa, Rules));
        Assert.Equal(RejectionCode.AlgorithmMismatch, await VerdictAsync(pss, rsa, Rules));
        Assert.Equal("", await VerdictAsync(pss, rsa, Rules + ",\"algorithms\":[\"ES256\",\"PS256\",\"RS256\"]"));
        Assert.Equal(RejectionCode.AlgorithmMismatch, await VerdictAsync(TokenForge.RS256(), rsa, Rules + ",\"algorithms\":[\"PS256\"]"));
        Assert.Equal(RejectionCode.UnknownKey, await VerdictAsync(TokenForge.ES256(), Keys, Rules + ",\"algorithms\":[\"RS256\",\"nonsense\"]"));
        Assert.Equal("", await VerdictAsync(TokenForge.HS256(), Set(Secret("oct")), Rules));
        Assert.Equal(RejectionCode.UnknownKey, await VerdictAsync(TokenForge.HS256(), Set(Secret("oct", ",\"use\":\"enc\"")), Rules));
        Assert.Equal(RejectionCode.UnsupportedAlgorithm, await VerdictAsync(TokenForge.Sign(TokenForge.Header("none", "ec"), TokenForge.Claims(), _ => []), Keys, Rules + ",\"algorithms\":[\"none\"]"));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_examples_of_the_standards_are_accepted_in_mode_jws(string source)
    {
        var vector = JwsVectors.All.SelectMany(file => file.Good).Single(found => found.Source == source);
        var answer = Assert.Single(await AskAsync(Line("1", vector.Token, Set(vector.Key.GetRawText()), $"\"mode\":\"jws\",\"algorithms\":[\"{vector.Alg}\"]").ReplaceLineEndings("")));
        Assert.Equal(vector.Payload, Encoding.UTF8.GetString(Base64Url.DecodeFromChars(JsonElement.Parse(answer).GetProperty("payload_b64u").GetString())));
    }

    [Fact]
    public async Task A_key_without_alg_stands_for_each_algorithm_that_fits()
    {
        var k = RandomNumberGenerator.GetBytes(32);
        var jwks = Set($$"""{"kty":"oct","k":"{{TokenForge.Base64Url(k)}}"}""");
        const string All = "\"mode\":\"jwe\",\"algorithms\":[\"A128KW\",\"A256KW\",\"dir\",\"RSA-OAEP\"]";
        var jwk = new Watchword.Keys.Jwk { KeyType = "oct", K = k };
        foreach (var (algorithm, encryption) in new[]
        {
            (KeyManagementAlgorithm.A256KW, ContentEncryption.A256Gcm),
            (KeyManagementAlgorithm.Direct, ContentEncryption.A256Gcm),
            (KeyManagementAlgorithm.Direct, ContentEncryption.A128CbcHs256),
        })
        {
            var token = JweEncrypter.Encrypt(EncryptionKey.FromJwk(jwk, algorithm, algorithm == KeyManagementAlgorithm.Direct ? encryption : null), "a"u8, encryption);
            Assert.Equal("", await VerdictAsync(token, jwks, All));
            Assert.Equal("", await VerdictAsync(token, jwks, $"{All},\"enc\":\"{encryption}\""));
            Assert.NotEqual("", await VerdictAsync(token, jwks, $"{All},\"enc\":\"A128GCM\""));
            Assert.Equal(RejectionCode.UnknownKey, await VerdictAsync(token, jwks, "\"mode\":\"jwe\",\"algorithms\":[\"RSA-OAEP\"]"));
        }
    }

    [Fact]
    public async Task Encrypted_examples_of_the_standards_are_decrypted_and_the_others_refused()
    {
        foreach (var vector in JweVectors.All.SelectMany(file => file.Good))
            Assert.Equal("", await VerdictAsync(vector.Token, Set(vector.Key.GetRawText()).ReplaceLineEndings(""), $"\"mode\":\"jwe\",\"algorithms\":[\"{vector.Alg}\"],\"enc\":\"{vector.Enc}\""));
        foreach (var vector in JweVectors.All.SelectMany(file => file.Refused).Where(vector => vector.Token[0] != '{'))
            Assert.Equal(vector.Code, await VerdictAsync(vector.Token, Set(JweVectors.All.First().Good[0].Key.GetRawText()).ReplaceLineEndings(""), "\"mode\":\"jwe\""));
    }

    [Theory]
    [InlineData("dir")]
    [InlineData("A256KW")]
    [InlineData("RSA-OAEP-256")]
    [InlineData("ECDH-ES")]
    [InlineData("ECDH-ES+A128KW")]
    public async Task Mode_jwe_decrypts_with_the_private_key_of_the_line(string name)
    {
        Assert.True(KeyManagementAlgorithm.TryFind(name, out var algorithm));
        using var key = DecryptionKey.Generate(algorithm);
        var token = JweEncrypter.Encrypt(key.ToEncryptionKey(), "secret"u8);
        var jwks = Set(Private(key));
        var answer = Assert.Single(await AskAsync(Line("1", token, jwks, "\"mode\":\"jwe\"")));
        Assert.Equal($"{{\"id\":1,\"ok\":true,\"payload_b64u\":\"{Base64Url.EncodeToString("secret"u8)}\"}}", answer);
        var unlabelled = Regex.Replace(jwks, "\"alg\":\"[^\"]*\",", "");
        Assert.NotEqual(jwks, unlabelled);
        Assert.Equal("", await VerdictAsync(token, unlabelled, $"\"mode\":\"jwe\",\"algorithms\":[\"{name}\"],\"enc\":\"A256GCM\""));
        Assert.Equal(RejectionCode.AlgorithmMismatch, await VerdictAsync(token, jwks, "\"mode\":\"jwe\",\"enc\":[\"A128CBC-HS256\"]"));
        Assert.Equal(RejectionCode.UnknownKey, await VerdictAsync(token, jwks, "\"mode\":\"jwe\",\"algorithms\":[\"RSA-OAEP\"]"));
        using var other = DecryptionKey.Generate(algorithm, key.KeyId);
        Assert.Equal(RejectionCode.DecryptionFailed, await VerdictAsync(token, Set(Private(other)), "\"mode\":\"jwe\""));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_passed_over()
    {
        var answers = await AskAsync(
            Line("1", new string('a', 900_000), Keys, Rules),
            Line("2", new string('a', 3_000_000), Keys, Rules),
            Line("3", TokenForge.ES256(), Keys, Rules));
        Assert.Equal("""{"id":1,"ok":false,"error":"too_large"}""", answers[0]);
        Assert.Equal("""{"id":null,"ok":false,"error":"too_large"}""", answers[1]);
        Assert.StartsWith("""{"id":3,"ok":true,""", answers[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_are_ASCII_whatever_the_id()
    {
        var answer = Assert.Single(await AskAsync("{\"id\":\"\u00e9\u009b\ud83d\ude00\"}"));
        Assert.Equal("""{"id":"\u00e9\u009b\ud83d\ude00","ok":false,"error":"malformed"}""", answer);
    }

    [Fact]
    public async Task The_last_line_needs_no_end_and_no_input_is_no_answer()
    {
        var run = await CliRun.OfAsync("{}\r\n{}", ["token", "verify", "--batch"]);
        Assert.Equal(2, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(new CliRun(0, "", ""), await CliRun.OfAsync("", ["token", "verify", "--batch"]));
    }

    [Theory]
    [InlineData("token", "verify")]
    [InlineData("token", "verify", "--batch", "--audience", "https://billing")]
    [InlineData("token", "verify", "--batch", "--issuer", "https://issuer.example")]
    [InlineData("token", "verify", "--batch", "--ca-file", "ca.pem")]
    [InlineData("token", "verify", "--batch", "--shared-secret-file", "secret")]
    public async Task Options_of_one_token_do_not_go_with_many(params string[] arguments)
    {
        var run = await CliRun.OfAsync("", arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(arguments.Length == 2 ? "'--audience' is required" : $"{arguments[3]} does not go with --batch", run.Error, StringComparison.Ordinal);
    }

    private static async Task<string> VerdictAsync(string token, string jwks, string options)
    {
        var answer = JsonElement.Parse(Assert.Single(await AskAsync(Line("1", token, jwks, options))));
        return answer.GetProperty("ok").GetBoolean() ? "" : answer.GetProperty("error").GetString()!;
    }

    private static async Task<string[]> AskAsync(params string[] lines)
    {
        var run = await CliRun.OfAsync(string.Join('\n', lines) + "\n", ["token", "verify", "--batch"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var answers = run.Output.Split('\n');
        Assert.Equal(lines.Length, answers.Length - 1);
        return answers[..^1];
    }

    private static string Line(string id, string token, string jwks, string options) =>
        $$"""{"id":{{id}},"token":"{{token}}","jwks":{{jwks}},"options":{{{options}}},"comment":"is passed over"}""";

    private static string Set(params string[] keys) => $"{{\"keys\":[{string.Join(',', keys)}]}}";

    private static string Secret(string kid, string more = "") => $$"""{"kty":"oct","kid":"{{kid}}","k":"{{TokenForge.Base64Url(TokenForge.Secret)}}"{{more}}}""";

    private static string Private(DecryptionKey key)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            key.ToPrivateJwk().WritePrivateTo(writer);
        return Encoding.UTF8.GetString(json.ToArray());
    }
}
