// What cannot be registered as a resource's encryption: refused with a sentence, never stored, never echoed.
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class EncryptionAdminTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    private const string Resource = "https://archive";

    public static TheoryData<string> BadBodies =>
    [
        "{}", "", "[]", """{"jwk":null}""", """{"jwk":"text"}""", """{"jwk":[]}""", """{"jwk":{}}""", """{"jwk":{"kty":"EC"}}""", """{"url":7}""",
        """{"url":"https://a/keys","jwk":{"kty":"EC"}}""", """{"url":"https://a/keys","kid":"x"}""",
        """{"url":"https://a/keys","enc":"A192GCM"}""", """{"url":"https://a/keys","enc":"a256gcm"}""", """{"url":"https://a/keys","enc":""}""",
        """{"url":""}""", """{"url":"keys"}""", """{"url":"/keys"}""", """{"url":"file:///etc/passwd"}""", """{"url":"ftp://a/keys"}""",
        """{"url":"http://a/keys"}""", """{"url":"http://10.0.0.7/keys"}""", """{"url":"https://user:word@a/keys"}""", """{"url":"https://a/keys#x"}""",
        """{"url":"https://a/k eys"}""", """{"url":"https://\u00e4/keys"}""", """{"url":"https://a/keys\r\nHost: b"}""",
        $$"""{"url":"https://a/{{new string('k', 512)}}"}""",
        $$"""{"jwk":{{Ec(keyId: new string('k', 257))}}}""",
        $$"""{"jwk":{{Ec(use: "sig")}}}""",
        $$"""{"jwk":{{Ec(algorithm: "RSA-OAEP")}}}""",
        $$"""{"jwk":{{Ec(algorithm: "RSA1_5")}}}""",
        $$"""{"jwk":{{Ec(algorithm: "ES256")}}}""",
        $$"""{"jwk":{{Ec(algorithm: "dir")}}}""",
        $$"""{"jwk":{{Ec(curve: "P-384")}}}""",
        """{"jwk":{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}""",
        """{"jwk":{"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}""",
        Rsa(new string('_', 170) + "w", "AQAB"),
        Rsa(new string('_', 341) + "w", "AQ"),
    ];

    public static TheoryData<string> Secrets =>
    [
        .. new[] { "ECDH-ES", "RSA-OAEP-256", "dir", "A256KW" }.Select(name =>
        {
            using var key = DecryptionKey.Generate(KeyManagementAlgorithm.All.Single(each => each.Name == name));
            return EncryptedResource.Json(key.ToPrivateJwk().WritePrivateTo);
        }),
        """{"kty":"oct","alg":"HS256","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}""",
        """{"kty":"oct","use":"enc"}""",
    ];

    [Theory]
    [MemberData(nameof(BadBodies))]
    public Task Bad_registration_is_refused_with_a_sentence(string body) => RefusedAsync(body);

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task Private_or_symmetric_key_is_refused_and_nowhere_repeated(string jwk)
    {
        var answer = await RefusedAsync($$"""{"jwk":{{jwk}}}""");
        foreach (var member in JsonElement.Parse(jwk).EnumerateObject().Where(member => member.Name is "d" or "p" or "q" or "k"))
        {
            Assert.DoesNotContain(member.Value.GetString()!, answer, StringComparison.Ordinal);
            Assert.DoesNotContain(member.Value.GetString()!, server.Log.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PUT", "resources/encryption?resource=https%3A%2F%2Fnowhere", 404, "not_found")]
    [InlineData("DELETE", "resources/encryption?resource=https%3A%2F%2Fnowhere", 404, "not_found")]
    [InlineData("DELETE", "resources/encryption?resource=https%3A%2F%2Farchive", 404, "not_found")]
    [InlineData("PUT", "resources/encryption", 400, "invalid_request")]
    [InlineData("DELETE", "resources/encryption", 400, "invalid_request")]
    [InlineData("PUT", "resources/encryption?resource=a&resource=b", 400, "invalid_request")]
    [InlineData("PUT", "resources/encryption?resource=a&now=1", 400, "invalid_request")]
    [InlineData("GET", "resources/encryption?resource=https%3A%2F%2Farchive", 404, "not_found")]
    [InlineData("POST", "resources/encryption?resource=https%3A%2F%2Farchive", 404, "not_found")]
    public async Task What_is_not_there_cannot_be_changed(string method, string path, int status, string code)
    {
        await MakeAsync();
        using var answer = await server.AdminSendAsync(new HttpMethod(method), path, """{"url":"https://a.invalid/keys"}""");
        Assert.Equal((status, code), ((int)answer.StatusCode, Json(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString()));
    }

    private static string Rsa(string modulus, string exponent) => "{\"jwk\":{\"kty\":\"RSA\",\"n\":\"" + modulus + "\",\"e\":\"" + exponent + "\"}}";

    private static string Ec(string? use = null, string? algorithm = null, string? curve = null, string? keyId = null)
    {
        using var pair = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        var jwk = pair.ToPrivateJwk();
        return EncryptedResource.Json(new Jwk { KeyType = "EC", Use = use, Algorithm = algorithm, KeyId = keyId, Curve = curve ?? jwk.Curve, X = jwk.X, Y = jwk.Y }.WritePublicTo);
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private async Task MakeAsync()
    {
        using var made = await server.AdminSendAsync(HttpMethod.Post, "resources", $$"""{"resource":"{{Resource}}"}""");
    }

    private async Task<string> RefusedAsync(string body)
    {
        await MakeAsync();
        using var answer = await server.AdminSendAsync(HttpMethod.Put, EncryptedResource.PathOf(Resource), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 400, $"{body}: {answer.StatusCode} {text}");
        Assert.Equal("invalid_request", Json(text).GetProperty("error").GetString());
        Assert.NotEmpty(Json(text).GetProperty("error_description").GetString()!);
        Assert.False((await server.AdminAsync(HttpMethod.Get, "resources?resource=" + Uri.EscapeDataString(Resource))).TryGetProperty("encryption", out _));
        return text;
    }
}
