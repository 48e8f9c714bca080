// What anybody may send as Watchword-Key-Holder: the keys are answered whatever it is, and only a well-formed one is noted.
using System.Net;
using Watchword.Issuer.Keys;
using Watchword.Tests.Issuer;

namespace Watchword.Tests.Attacks;

public sealed class KeyHolderAttacks : IClassFixture<IssuerServer>
{
    private const string Instance = "Zk1xv0bq0t5J2lqkq3n1Zw";
    private readonly IssuerServer _server;

    public KeyHolderAttacks(IssuerServer server) => _server = server;

    [Theory]
    [InlineData($"""resource="https://billing", instance="{Instance}", version="0.1.0" """)]
    [InlineData($"""version="0.1.0",instance="{Instance}" ,	resource="https://billing", later="a b" """)]
    public void Well_formed_header_is_read(string header)
    {
        Assert.True(KeyHolder.TryParse(header, out var holder));
        Assert.Equal(new KeyHolder("https://billing", Instance, "0.1.0"), holder);
    }

    public static TheoryData<string> Malformed =>
    [
        "", " ", ",", "=", "=\"\"", "resource", "resource=", "resource=\"", "resource=https://billing", "null", "{}",
        $"resource=\"https://billing\", instance=\"{Instance}\"",
        $"resource=\"https://billing\", version=\"0.1.0\"",
        $"instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"\"",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"0.1.0\",",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"0.1.0\" x",
        $"resource=\"https://billing\"; q=1, instance=\"{Instance}\", version=\"0.1.0\"",
        $"Resource=\"https://billing\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance}x\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance[..21]}\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance[..21]}+\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance[..21]} \", version=\"0.1.0\"",
        $"resource=\"https://a\", resource=\"https://b\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://bil\\\"ling\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://bill\u00efng\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\u0001\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\u0000\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"0.1.0\r\nX: y\"",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"{new string('1', 65)}\"",
        $"resource=\"https://{new string('b', 260)}\", instance=\"{Instance}\", version=\"0.1.0\"",
        $"resource=\"https://billing\", instance=\"{Instance}\", version=\"0.1.0\", more=\"{new string('x', 500)}\"",
        string.Concat(Enumerable.Repeat("a=\"\",", 100)),
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Anything_else_is_nobody(string header) => Assert.False(KeyHolder.TryParse(header, out _));

    [Theory]
    [InlineData("garbage")]
    [InlineData("resource=\"\u00c3\u00bf\"")]
    [InlineData("'; DROP TABLE key_holder; --")]
    [InlineData($"resource=\"urn:made:up\", instance=\"{Instance}\", version=\"'); DROP TABLE key_holder; --\"")]
    public async Task Fetch_never_fails_for_its_header(string header)
    {
        foreach (var value in (string[])[header, header + new string(',', 20_000)])
        {
            var answer = await RawHttp.SendAsync(_server.Address, $"GET /.well-known/jwks.json HTTP/1.1\nHost: x\n{KeyHolder.Header}: {value}", []);
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        }
        await _server.AdminAsync(HttpMethod.Get, "keys");
    }

    [Fact]
    public async Task Two_headers_a_head_and_an_unknown_resource_are_not_noted()
    {
        var mine = $"resource=\"urn:test:unseen\", instance=\"{Instance}\", version=\"0.1.0\"";
        await FetchAsync(HttpMethod.Get, mine);
        Assert.Equal(0, await HoldersAsync("urn:test:unseen"));
        await _server.AddResourceAsync("urn:test:unseen");
        await FetchAsync(HttpMethod.Head, mine);
        await RawHttp.SendAsync(_server.Address, $"GET /.well-known/jwks.json HTTP/1.1\nHost: x\n{KeyHolder.Header}: {mine}\n{KeyHolder.Header}: {mine}", []);
        Assert.Equal(0, await HoldersAsync("urn:test:unseen"));
        await FetchAsync(HttpMethod.Get, mine);
        Assert.Equal(1, await HoldersAsync("urn:test:unseen"));
    }

    [Fact]
    public async Task Not_modified_counts_as_given()
    {
        await _server.AddResourceAsync("urn:test:cached");
        using var first = await _server.Http.GetAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json");
        request.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());
        request.Headers.TryAddWithoutValidation(KeyHolder.Header, $"resource=\"urn:test:cached\", instance=\"{Instance}\", version=\"0.1.0\"");
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Equal(1, await HoldersAsync("urn:test:cached"));
    }

    private async Task FetchAsync(HttpMethod method, string header)
    {
        using var request = new HttpRequestMessage(method, "/.well-known/jwks.json");
        request.Headers.TryAddWithoutValidation(KeyHolder.Header, header);
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<long> HoldersAsync(string resource)
    {
        await _server.AdminAsync(HttpMethod.Get, "keys");
        return Assert.Single(await _server.Running.Database.ReadAsync(
            "SELECT COUNT(*) FROM key_holder WHERE resource = @resource", row => row.GetInt64(0), default, ("resource", resource)));
    }
}
