// Where the issuer listens and what it is called: plain http never leaves the machine unless a proxy is named.
using System.Net;
using Watchword.Cli;

namespace Watchword.Tests.Cli;

public sealed class ServeListeningTests
{
    [Theory]
    [InlineData(null, null, "http://localhost:8480", "http://localhost:8480")]
    [InlineData("http://127.0.0.1:9000/", null, "http://127.0.0.1:9000", "http://127.0.0.1:9000")]
    [InlineData("http://[::1]:9000", null, "http://[::1]:9000", "http://[::1]:9000")]
    [InlineData(null, "https://auth.example", "http://localhost:8480", "https://auth.example")]
    public void Plain_http_on_this_machine_is_fine(string? url, string? issuer, string address, string name)
    {
        var listening = ServeListening.Of(url, issuer, hasCertificate: false, []);
        Assert.Equal(address, listening.Address);
        Assert.Equal(name, listening.Issuer);
        Assert.False(listening.IsHttps);
    }

    [Fact]
    public void Https_with_a_certificate_may_listen_anywhere()
    {
        var listening = ServeListening.Of("https://auth.example:8443", null, hasCertificate: true, []);
        Assert.True(listening.IsHttps);
        Assert.Equal("https://auth.example:8443", listening.Issuer);
    }

    [Fact]
    public void Plain_http_elsewhere_needs_a_proxy_and_answers_only_it()
    {
        var listening = ServeListening.Of("http://0.0.0.0:8480", "https://auth.example", hasCertificate: false, ["10.0.0.7", "fd00::/8"]);
        Assert.True(listening.Answers(IPAddress.Parse("10.0.0.7")));
        Assert.True(listening.Answers(IPAddress.Parse("::ffff:10.0.0.7")));
        Assert.True(listening.Answers(IPAddress.Parse("fd00::1")));
        Assert.True(listening.Answers(IPAddress.Loopback));
        Assert.True(listening.Answers(IPAddress.IPv6Loopback));
        Assert.False(listening.Answers(IPAddress.Parse("10.0.0.8")));
        Assert.False(listening.Answers(IPAddress.Parse("::ffff:10.0.0.8")));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8480", "https://auth.example", false, null, "in the clear")]
    [InlineData("http://auth.example:8480", null, false, null, "in the clear")]
    [InlineData("http://0.0.0.0:8480", null, false, "10.0.0.7", "cannot be the issuer's name")]
    [InlineData("http://auth.example", null, false, "10.0.0.7", "plain http to another machine")]
    [InlineData(null, null, false, "10.0.0.7", "must be an https URL")]
    [InlineData(null, "https://auth.example", false, "proxy.example", "is not an address")]
    [InlineData(null, "https://auth.example", false, "10.0.0.7/40", "is not an address")]
    [InlineData("https://localhost:8443", null, false, null, "a certificate is needed")]
    [InlineData("http://localhost:8480", null, true, null, "are for listening on https")]
    [InlineData("https://localhost:8443", "http://localhost:8480", true, null, "must be an https URL")]
    [InlineData("https://[::]:8443", null, true, null, "cannot be the issuer's name")]
    [InlineData("localhost:8480", null, false, null, "is not an address to listen on")]
    [InlineData("8480", null, false, null, "is not an address to listen on")]
    [InlineData("ftp://localhost:21", null, false, null, "is not an address to listen on")]
    [InlineData("http://localhost:0", null, false, null, "is not an address to listen on")]
    [InlineData("http://localhost:8480/auth", null, false, null, "is not an address to listen on")]
    [InlineData("http://localhost:8480?", null, false, null, "is not an address to listen on")]
    [InlineData("http://me@localhost:8480", null, false, null, "is not an address to listen on")]
    [InlineData(null, "auth.example", false, null, "is not a URL")]
    [InlineData(null, "http://auth.example", false, null, "plain http to another machine")]
    [InlineData(null, "https://auth.example/", false, null, "write https://auth.example")]
    [InlineData(null, "https://auth.example/a", false, null, "write https://auth.example")]
    [InlineData(null, "https://auth.example?a=b", false, null, "write https://auth.example")]
    [InlineData(null, "https://auth.example#a", false, null, "write https://auth.example")]
    public void Anything_else_is_refused_with_its_mend(string? url, string? issuer, bool hasCertificate, string? proxy, string sentence)
    {
        var fault = Assert.Throws<CommandFault>(() => ServeListening.Of(url, issuer, hasCertificate, proxy is null ? [] : [proxy]));
        Assert.Equal(2, fault.ExitCode);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }
}
