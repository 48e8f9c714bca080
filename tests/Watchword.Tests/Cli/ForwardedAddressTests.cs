// X-Forwarded-For is believed from configured proxies alone, and read from the right: what a stranger wrote into it is never where he is.
using System.Net;
using Microsoft.Extensions.Primitives;
using Watchword.Cli;

namespace Watchword.Tests.Cli;

public sealed class ForwardedAddressTests
{
    [Theory]
    [InlineData("10.0.0.7", "192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:10.0.0.7", "192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.7", "203.0.113.9, 192.0.2.1", "192.0.2.1")]
    [InlineData("10.0.0.7", "203.0.113.9,192.0.2.1 , 10.0.0.8,10.0.0.7", "192.0.2.1")]
    [InlineData("10.0.0.7", "203.0.113.9, 10.0.0.8|10.0.0.7", "203.0.113.9")]
    [InlineData("10.0.0.7", "192.0.2.1:4711", "192.0.2.1")]
    [InlineData("10.0.0.7", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.7", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.7", "10.0.0.8", "10.0.0.8")]
    [InlineData("10.0.0.7", null, "10.0.0.7")]
    [InlineData("10.0.0.7", "", "10.0.0.7")]
    [InlineData("10.0.0.7", " , ", "10.0.0.7")]
    [InlineData("10.0.0.7", "192.0.2.1, unknown", "10.0.0.7")]
    [InlineData("10.0.0.7", "192.0.2.1, 10.0.0.8, <script>", "10.0.0.7")]
    [InlineData("10.0.0.7", "192.0.2.1, 1", "10.0.0.7")]
    [InlineData("10.0.0.7", "192.0.2.1,", "10.0.0.7")]
    [InlineData("192.0.2.66", "10.0.0.7", "192.0.2.66")]
    [InlineData("127.0.0.1", "192.0.2.1", "127.0.0.1")]
    [InlineData(null, "192.0.2.1", null)]
    public void It_is_the_rightmost_address_that_is_no_proxy(string? peer, string? header, string? expected)
    {
        var listening = ServeListening.Of("http://0.0.0.0:8480", "https://auth.example", hasCertificate: false, ["10.0.0.0/28"]);
        var lines = header is null ? default : new StringValues(header.Split('|'));
        var address = ForwardedAddress.Of(peer is null ? null : IPAddress.Parse(peer), lines, listening.IsProxy);
        Assert.Equal(expected, address?.ToString());
    }

    [Fact]
    public void A_header_of_many_addresses_ends_at_the_first_stranger()
    {
        var header = string.Join(',', Enumerable.Repeat("192.0.2.1", 3_000)) + ", 203.0.113.9";
        var listening = ServeListening.Of("http://0.0.0.0:8480", "https://auth.example", hasCertificate: false, ["10.0.0.7"]);
        Assert.Equal("203.0.113.9", ForwardedAddress.Of(IPAddress.Parse("10.0.0.7"), header, listening.IsProxy)?.ToString());
    }
}
