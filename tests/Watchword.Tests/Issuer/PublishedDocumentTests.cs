// The key set, the metadata and the health checks (RFC 7517 §5, RFC 8414 §2, RFC 9110 §13.1.2).
using System.Net;
using System.Text.Json;

namespace Watchword.Tests.Issuer;

public sealed class PublishedDocumentTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    private const string KeySetPath = "/.well-known/jwks.json";

    [Theory]
    [InlineData(KeySetPath)]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Document_may_be_kept_for_five_minutes_and_asked_for_by_its_tag(string path)
    {
        using var first = await GetAsync(path);
        var tag = first.Headers.ETag!;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.False(tag.IsWeak);
        Assert.Equal("public, max-age=300", first.Headers.CacheControl?.ToString());
        Assert.Equal("application/json", first.Content.Headers.ContentType?.ToString());

        foreach (var known in new[] { tag.Tag, "W/" + tag.Tag, "\"other\", " + tag.Tag, "*" })
        {
            using var again = await GetAsync(path, known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        }
        foreach (var unknown in new[] { "\"other\"", "garbage", "\"", "" })
        {
            using var again = await GetAsync(path, unknown);
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        }
    }

    [Theory]
    [InlineData(KeySetPath)]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    public async Task Document_answers_head_and_refuses_post(string path)
    {
        await using var patient = await IssuerServer.StartAsync(IssuerServer.Patient);
        using var whole = await patient.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var head = await patient.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (whole.StatusCode, head.StatusCode));
        Assert.Equal(whole.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        using var post = await patient.Http.PostAsync(new Uri(path, UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_new_key_changes_the_tag()
    {
        using var before = await GetAsync(KeySetPath);
        await server.AddResourceAsync("https://es512", "read", ""","algorithm":"ES512" """);
        using var after = await GetAsync(KeySetPath, before.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
    }

    [Fact]
    public async Task Metadata_has_what_rfc_8414_asks_for()
    {
        using var reply = await GetAsync("/.well-known/oauth-authorization-server");
        var metadata = JsonElement.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal(IssuerServer.Name, metadata.GetProperty("issuer").GetString());
        Assert.Equal(IssuerServer.Name + "/oauth2/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal(IssuerServer.Name + KeySetPath, metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal(["client_credentials"], Texts(metadata, "grant_types_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post"], Texts(metadata, "token_endpoint_auth_methods_supported"));
        Assert.Empty(Texts(metadata, "response_types_supported"));
    }

    [Fact]
    public async Task OpenId_document_has_the_members_its_readers_insist_on()
    {
        using var reply = await GetAsync("/.well-known/openid-configuration");
        var metadata = JsonElement.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal(IssuerServer.Name, metadata.GetProperty("issuer").GetString());
        Assert.Equal(["public"], Texts(metadata, "subject_types_supported"));
        Assert.Contains("ES256", Texts(metadata, "id_token_signing_alg_values_supported"));
        Assert.DoesNotContain("HS256", Texts(metadata, "id_token_signing_alg_values_supported"));
    }

    [Fact]
    public async Task Health_is_one_word()
    {
        await using var patient = await IssuerServer.StartAsync(IssuerServer.Patient);
        Assert.Equal("live", await patient.Http.GetStringAsync(new Uri("/healthz/live", UriKind.Relative)));
        Assert.Equal("ready", await patient.Http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));
    }

    [Fact]
    public async Task Without_a_database_the_issuer_is_live_but_not_ready()
    {
        await using var broken = await IssuerServer.StartAsync(IssuerServer.Patient);
        await broken.LoseDatabaseAsync();
        Assert.Equal("live", await broken.Http.GetStringAsync(new Uri("/healthz/live", UriKind.Relative)));
        using var ready = await broken.Http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("unready", await ready.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/oauth2")]
    [InlineData("/oauth2/token/x")]
    [InlineData("/admin/v1/status")]
    [InlineData("/admin/v1/clients")]
    [InlineData("/healthz")]
    public async Task There_is_nothing_else_on_the_network(string path)
    {
        using var reply = await GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    private static IEnumerable<string?> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(text => text.GetString());

    private async Task<HttpResponseMessage> GetAsync(string path, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null) request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await server.Http.SendAsync(request);
    }
}
