// An issuer's identifier is an origin in its canonical form, and nothing else.
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class IssuerUrlTests
{
    [Theory]
    [InlineData("https://issuer.example")]
    [InlineData("https://issuer.example:8443")]
    [InlineData("http://localhost:8480")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://[::1]:8480")]
    [InlineData("https://10.0.0.1")]
    public void An_origin_is_an_issuer(string text)
    {
        Assert.True(IssuerUrl.TryParse(text, out var url, out var fault), fault);
        Assert.Equal(text, url.GetLeftPart(UriPartial.Authority));
    }

    [Theory]
    [InlineData(null, "is not a URL")]
    [InlineData("", "is not a URL")]
    [InlineData("issuer", "is not a URL")]
    [InlineData("https://", "is not a URL")]
    [InlineData("//issuer.example", "neither an https nor an http URL")]
    [InlineData("ftp://issuer.example", "neither an https nor an http URL")]
    [InlineData("file:///etc", "neither an https nor an http URL")]
    [InlineData("urn:issuer", "neither an https nor an http URL")]
    [InlineData("issuer.example:443", "neither an https nor an http URL")]
    [InlineData("http://issuer.example", "plain http to another machine")]
    [InlineData("http://0.0.0.0", "plain http to another machine")]
    [InlineData("https://user@issuer.example", "user name or password")]
    [InlineData("https://user:secret@issuer.example", "password; write https://issuer.example.")]
    [InlineData("http://user:secret@issuer.example", "user name or password")]
    [InlineData("https://user:secret@issuer.example/path?query", "password; write https://issuer.example.")]
    [InlineData("ftp://user:secret@issuer.example", "user name or password")]
    [InlineData("https://issuer.example/", "write https://issuer.example.")]
    [InlineData("https://issuer.example/tenant", "write https://issuer.example.")]
    [InlineData("https://issuer.example?a=b", "a path, a query or a fragment")]
    [InlineData("https://issuer.example?", "a path, a query or a fragment")]
    [InlineData("https://issuer.example#a", "a path, a query or a fragment")]
    [InlineData("https://issuer.example#", "a path, a query or a fragment")]
    [InlineData("https://issuer.example:443", "write https://issuer.example.")]
    [InlineData("HTTPS://issuer.example", "write https://issuer.example.")]
    [InlineData("https://ISSUER.example", "write https://issuer.example.")]
    [InlineData(" https://issuer.example", "write https://issuer.example.")]
    [InlineData("https://issuer.example ", "write https://issuer.example.")]
    [InlineData("https://issuer.example\\x", "write it like https://issuer.example.")]
    [InlineData("http://127.1", "write http://127.0.0.1.")]
    public void Anything_else_is_refused_with_its_mend(string? text, string part)
    {
        Assert.False(IssuerUrl.TryParse(text, out _, out var fault));
        Assert.Contains(part, fault, StringComparison.Ordinal);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }
}
