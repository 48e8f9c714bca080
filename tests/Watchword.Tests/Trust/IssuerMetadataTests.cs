// What is believed of an issuer's metadata (RFC 8414 §3).
using System.Text;
using Microsoft.AspNetCore.Http;
using Watchword.Tests.Client;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class IssuerMetadataTests
{
    private const string Issuer = "https://issuer.example";

    [Fact]
    public void The_members_that_are_used_are_read()
    {
        var metadata = Read("""{"issuer":"https://issuer.example","jwks_uri":"https://keys.example/a?b=c","token_endpoint":"https://issuer.example/oauth2/token","x":[{}]}""");
        Assert.Equal((Issuer, "https://keys.example/a?b=c", "https://issuer.example/oauth2/token"), (metadata.Issuer, metadata.JwksUri.OriginalString, metadata.TokenEndpoint?.OriginalString));
        Assert.Null(Read("""{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/k"}""").TokenEndpoint);
    }

    [Theory]
    [InlineData("http://127.0.0.1/keys")]
    [InlineData("http://127.1/keys")]
    [InlineData("https://127.0.0.1/keys")]
    [InlineData("https://localhost/keys")]
    [InlineData("https://LOCALHOST:8480/keys")]
    [InlineData("https://[::1]/keys")]
    [InlineData("https://[::ffff:127.0.0.1]/keys")]
    [InlineData("http://issuer.example/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://issuer.example/keys")]
    [InlineData("https://user:password@issuer.example/keys")]
    [InlineData("/keys")]
    [InlineData("keys")]
    [InlineData("")]
    public void An_issuer_elsewhere_does_not_send_us_to_our_own_machine_or_into_the_clear(string place)
    {
        Assert.Contains("jwks_uri", Fails($$"""{"issuer":"{{Issuer}}","jwks_uri":"{{place}}"}"""), StringComparison.Ordinal);
        Assert.Null(Read($$"""{"issuer":"{{Issuer}}","jwks_uri":"https://issuer.example/k","token_endpoint":"{{place}}"}""").TokenEndpoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"issuer\":\"https://issuer.example\"}")]
    [InlineData("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":null}")]
    [InlineData("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":[\"https://issuer.example/k\"]}")]
    [InlineData("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"\\ud800\"}")]
    [InlineData("{\"issuer\":\"https://issuer.example/\",\"jwks_uri\":\"https://issuer.example/k\"}")]
    [InlineData("{\"issuer\":\"https://ISSUER.example\",\"jwks_uri\":\"https://issuer.example/k\"}")]
    [InlineData("{\"issuer\":[\"https://issuer.example\"],\"jwks_uri\":\"https://issuer.example/k\"}")]
    [InlineData("{\"Issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/k\"}")]
    [InlineData("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/k\",\"issuer\":\"x\"}")]
    [InlineData("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/k\"} x")]
    public void Anything_else_is_refused_in_a_sentence(string json) => Assert.EndsWith(".", Fails(json), StringComparison.Ordinal);

    [Fact]
    public async Task The_path_of_OpenID_Connect_is_asked_when_the_first_is_not_there()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        issuer.AnswerMetadataBy(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        using var fetcher = FetchingTarget.Fetcher(TimeProvider.System);
        var fault = await Assert.ThrowsAsync<FetchException>(() => IssuerMetadata.FetchAsync(fetcher, issuer.Url, default));
        Assert.Equal(404, fault.Status);
        Assert.Equal(1, issuer.Elsewhere);
    }

    [Theory]
    [InlineData("/realms/fleet", "/.well-known/oauth-authorization-server/realms/fleet", "/realms/fleet/.well-known/openid-configuration")]
    [InlineData("/", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")]
    public async Task A_stock_issuer_with_a_path_is_asked_where_the_two_standards_put_it(string path, string first, string second)
    {
        var asked = new List<string>();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            asked.Add($"{context.Request.Path}");
            context.Response.StatusCode = asked.Count == 1 ? 404 : 200;
            var url = $"http://{context.Request.Host}";
            return context.Response.WriteAsync($$"""{"issuer":"{{url}}{{path}}","jwks_uri":"{{url}}/keys"}""");
        });
        using var fetcher = FetchingTarget.Fetcher(TimeProvider.System);
        var metadata = await IssuerMetadata.FetchAsync(fetcher, server.Url + path, default);
        Assert.Equal([first, second], asked);
        Assert.Equal((server.Url + path, new Uri(server.Url + "/keys")), (metadata.Issuer, metadata.JwksUri));
    }

    [Theory]
    [InlineData("https://a:b@issuer.example/x")]
    [InlineData("https://issuer.example/x?y")]
    [InlineData("https://issuer.example/x#y")]
    [InlineData("http://issuer.example/x")]
    public async Task Nothing_is_asked_of_what_cannot_be_an_issuer(string issuer)
    {
        using var fetcher = new DocumentFetcher(new FetcherOptions(), TimeProvider.System);
        var fault = await Assert.ThrowsAsync<FetchException>(() => IssuerMetadata.FetchAsync(fetcher, issuer, default));
        Assert.DoesNotContain("a:b@", fault.Message, StringComparison.Ordinal);
    }

    private static IssuerMetadata Read(string json) => IssuerMetadata.Read(Issuer, Encoding.UTF8.GetBytes(json));

    private static string Fails(string json) => Assert.Throws<FetchException>(() => Read(json)).Message;
}
