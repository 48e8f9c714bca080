// SECURITY 19, 34: the issuer's name and endpoints come from configuration, and only public keys are published.
using System.Text.Json;
using Watchword.Tests.Issuer;

namespace Watchword.Tests.Attacks;

public sealed class TokenEndpointHostTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    private static readonly string[] Secret = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    [Theory]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Host_and_forwarding_headers_change_no_metadata(string path)
    {
        var plain = await RawHttp.SendAsync(server.Address, $"GET {path} HTTP/1.1\nHost: {server.Address}", []);
        var forged = await RawHttp.SendAsync(server.Address, $"GET {path} HTTP/1.1\n{Forged}", []);
        Assert.Equal(Body(plain), Body(forged));
        Assert.Contains($"\"issuer\":\"{IssuerServer.Name}\"", forged);
        Assert.DoesNotContain("evil", forged);
    }

    [Fact]
    public async Task Host_and_forwarding_headers_change_no_token()
    {
        var client = await server.AddClientAsync();
        var reply = await server.AskAsync(
            [("grant_type", "client_credentials"), ("client_id", client.Id), ("client_secret", client.ApiKey)],
            request =>
            {
                request.Headers.Host = "evil.example";
                request.Headers.Add("X-Forwarded-Host", "evil.example");
                request.Headers.Add("X-Forwarded-Proto", "http");
                request.Headers.Add("X-Forwarded-Prefix", "/evil");
                request.Headers.Add("Forwarded", "host=evil.example;proto=http");
            });
        Assert.Equal(IssuerServer.Name, reply.Claims().GetProperty("iss").GetString());
    }

    [Fact]
    public async Task Key_set_has_public_members_only_and_no_kid_twice()
    {
        await server.AddResourceAsync("https://rsa", "read", ""","algorithm":"RS256" """);
        await server.AddResourceAsync("https://hmac", "read", ""","algorithm":"HS256" """);
        var set = JsonElement.Parse(await server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
        var keys = set.GetProperty("keys").EnumerateArray().ToList();

        // Active and standby of ES256 and of RS256.
        Assert.Equal(4, keys.Count);
        Assert.All(keys, key => Assert.DoesNotContain(key.EnumerateObject(), member => Secret.Contains(member.Name)));
        Assert.All(keys, key => Assert.NotEqual("oct", key.GetProperty("kty").GetString()));
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
    }

    private static string Forged =>
        "Host: evil.example\nX-Forwarded-Host: evil.example\nX-Forwarded-Proto: http\nX-Forwarded-Prefix: /evil\nForwarded: host=evil.example";

    private static string Body(string answer) => answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..];
}
