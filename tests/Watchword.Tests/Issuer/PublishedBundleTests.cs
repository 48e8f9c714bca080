// The published bundle over HTTP, and the admin routes that change it.
using System.Net;
using System.Text;
using System.Text.Json;
using Watchword.Tests.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Issuer;

public sealed class PublishedBundleTests : IAsyncLifetime
{
    private const string Path = "/.well-known/watchword/bundle";
    private const string Orders = "https://orders.internal";
    private readonly IssuerServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task There_is_none_before_something_is_registered()
    {
        using var nothing = await _server.Http.GetAsync(new Uri(Path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, "no-store"), (nothing.StatusCode, nothing.Headers.CacheControl?.ToString()));
        Assert.Equal("application/json", nothing.Content.Headers.ContentType?.ToString());
        var error = JsonElement.Parse(await nothing.Content.ReadAsStringAsync());
        Assert.Equal("not_found", error.GetProperty("error").GetString());
        Assert.Contains("watchword trust add", error.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        using var head = await _server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Path));
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        Assert.Equal(nothing.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal("""{"issuers":[]}""", (await _server.AdminAsync(HttpMethod.Get, "trust")).GetRawText());
    }

    [Fact]
    public async Task It_is_published_with_a_tag_that_every_change_changes()
    {
        await AddAsync(Orders);
        using var first = await _server.Http.GetAsync(new Uri(Path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "public, max-age=300"), (first.StatusCode, first.Headers.CacheControl?.ToString()));
        Assert.Equal("application/json", first.Content.Headers.ContentType?.ToString());
        var bundle = TrustBundle.Parse(await first.Content.ReadAsByteArrayAsync());
        Assert.Equal([Orders], bundle.Issuers.Select(entry => entry.Issuer));

        using var known = new HttpRequestMessage(HttpMethod.Get, Path);
        known.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await _server.Http.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        using var head = await _server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Path));
        Assert.Equal((HttpStatusCode.OK, first.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
        await RefusesPostAsync();

        await _server.AdminAsync(HttpMethod.Delete, "trust?issuer=" + Uri.EscapeDataString(Orders));
        using var second = await _server.Http.GetAsync(new Uri(Path, UriKind.Relative));
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        var emptied = TrustBundle.Parse(await second.Content.ReadAsByteArrayAsync());
        Assert.Empty(emptied.Issuers);
        Assert.True(emptied.Serial > bundle.Serial);
    }

    [Fact]
    public async Task A_signed_one_is_sent_as_it_came_and_stays_over_a_change()
    {
        await AddAsync(Orders);
        var draft = await _server.AdminAsync(HttpMethod.Post, "trust/draft");
        var signed = SignedTrustBundle.Sign(TrustBundle.Parse(Encoding.UTF8.GetBytes(draft.GetProperty("document").GetString()!)), SampleKeys.Of("ES256"));
        var answer = (await _server.AdminAsync(HttpMethod.Post, "trust/publish", $$"""{"document":"{{signed}}"}""")).GetProperty("bundle");
        Assert.Equal(["serial", "published", "expires", "signed", "lags"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal((true, false), (answer.GetProperty("signed").GetBoolean(), answer.GetProperty("lags").GetBoolean()));
        Assert.Equal(draft.GetProperty("serial").GetInt64(), answer.GetProperty("serial").GetInt64());

        var lagging = (await AddAsync("https://billing.internal")).GetProperty("bundle");
        Assert.True(lagging.GetProperty("lags").GetBoolean());
        using var published = await _server.Http.GetAsync(new Uri(Path, UriKind.Relative));
        Assert.Equal("application/watchword-bundle+jwt", published.Content.Headers.ContentType?.ToString());
        Assert.Equal(signed, await published.Content.ReadAsStringAsync());

        await _server.AdminAsync(HttpMethod.Post, "trust/publish", """{"unsigned":true}""");
        using var open = await _server.Http.GetAsync(new Uri(Path, UriKind.Relative));
        Assert.Equal(2, TrustBundle.Parse(await open.Content.ReadAsByteArrayAsync()).Issuers.Count);
    }

    [Fact]
    public async Task A_database_that_is_lost_takes_nothing_away()
    {
        await AddAsync(Orders);
        var before = await _server.Http.GetStringAsync(new Uri(Path, UriKind.Relative));
        await _server.LoseDatabaseAsync();
        Assert.Equal(before, await _server.Http.GetStringAsync(new Uri(Path, UriKind.Relative)));
    }

    [Fact]
    public async Task Entries_are_shown_and_replaced_as_they_stand_in_the_bundle()
    {
        const string Entry = """{"issuer":"https://orders.internal","jwks_uri":"https://orders.internal/keys","scopes":["a"],"max_lifetime":60}""";
        var added = await _server.AdminAsync(HttpMethod.Post, "trust", Entry);
        Assert.Equal(["entry", "bundle"], added.EnumerateObject().Select(member => member.Name));
        Assert.Equal(Entry, added.GetProperty("entry").GetRawText());
        Assert.Equal(Entry, (await _server.AdminAsync(HttpMethod.Get, "trust?issuer=https://orders.internal")).GetProperty("entry").GetRawText());
        await _server.AdminAsync(HttpMethod.Put, "trust", """{"issuer":"https://orders.internal"}""");
        Assert.Equal("""[{"issuer":"https://orders.internal"}]""", (await _server.AdminAsync(HttpMethod.Get, "trust")).GetProperty("issuers").GetRawText());
    }

    [Theory]
    [InlineData("POST", "trust", "", 400)]
    [InlineData("POST", "trust", "[]", 400)]
    [InlineData("POST", "trust", """{"issuer":"https://a","issuer":"https://b"}""", 400)]
    [InlineData("POST", "trust", """{"issuer":"https://a","scope":"b"}""", 400)]
    [InlineData("POST", "trust", """{"issuer":"https://a","comment":"\ud800"}""", 400)]
    [InlineData("POST", "trust", """{"issuer":"https://a","jwks":{"keys":[{"kty":"oct","alg":"HS256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}}""", 400)]
    [InlineData("POST", "trust?issuer=https://a", """{"issuer":"https://a"}""", 400)]
    [InlineData("GET", "trust?issuer=https://nobody", null, 404)]
    [InlineData("DELETE", "trust?issuer=https://nobody", null, 404)]
    [InlineData("DELETE", "trust?issuer=%00", null, 404)]
    [InlineData("DELETE", "trust", null, 400)]
    [InlineData("POST", "trust/publish", "{}", 400)]
    [InlineData("POST", "trust/publish", """{"document":"x","unsigned":true}""", 400)]
    [InlineData("POST", "trust/publish", """{"document":"x"}""", 400)]
    [InlineData("POST", "trust/draft", """{"x":1}""", 400)]
    [InlineData("PATCH", "trust", "{}", 404)]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing(string method, string path, string? body, int status)
    {
        using var answer = await _server.AdminSendAsync(new HttpMethod(method), path, body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEmpty(JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error_description").GetString()!);
        Assert.Equal("""{"issuers":[]}""", (await _server.AdminAsync(HttpMethod.Get, "trust")).GetRawText());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var entry = await _server.AdminSendAsync(HttpMethod.Post, "trust", $$"""{"issuer":"https://a","comment":"{{new string('x', 65 * 1024)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, entry.StatusCode);
        // Not by much: who goes on sending after the answer may be cut off before it has read it.
        using var bundle = await _server.AdminSendAsync(HttpMethod.Post, "trust/publish", $$"""{"document":"{{new string('x', 4097 * 1024)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, bundle.StatusCode);
        Assert.Contains("4096 KiB", await bundle.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_bundle_is_published()
    {
        var comment = new string('x', TrustBundle.LongestDocument - 2000);
        var signed = SignedTrustBundle.Sign(new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(1), [], comment), SampleKeys.Of("ES256"));
        await _server.AdminAsync(HttpMethod.Post, "trust/publish", $$"""{"document":"{{signed}}"}""");
        Assert.Equal(signed, await _server.Http.GetStringAsync(new Uri(Path, UriKind.Relative)));
    }

    [Fact]
    public async Task What_was_done_is_logged()
    {
        await AddAsync(Orders);
        await _server.AdminAsync(HttpMethod.Delete, "trust?issuer=" + Orders);
        Assert.Contains($"Registered {Orders}, by operator.", _server.Log.Text, StringComparison.Ordinal);
        Assert.Contains("(unsigned) is published, good until", _server.Log.Text, StringComparison.Ordinal);
        Assert.Contains($"Removed {Orders} from the registry, by operator.", _server.Log.Text, StringComparison.Ordinal);
    }

    private Task<JsonElement> AddAsync(string issuer) => _server.AdminAsync(HttpMethod.Post, "trust", $$"""{"issuer":"{{issuer}}"}""");

    private async Task RefusesPostAsync()
    {
        using var post = await _server.Http.PostAsync(new Uri(Path, UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
    }
}
