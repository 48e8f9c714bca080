// SECURITY.md item 8: an extension that must be understood is never understood here (RFC 7515 §4.1.11, RFC 7797).
namespace Watchword.Tests.Attacks;

public sealed class CritAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData(""","crit":["exp"],"exp":1""")]
    [InlineData(""","crit":["http://example.com/UNDEFINED"],"http://example.com/UNDEFINED":true""")]
    [InlineData(""","crit":["b64"],"b64":true""")]
    [InlineData(""","crit":["b64"],"b64":false""")]
    [InlineData(""","crit":["alg"]""")]
    [InlineData(""","crit":["absent"]""")]
    [InlineData(""","crit":["x","x"],"x":1""")]
    [InlineData(""","crit":[]""")]
    [InlineData(""","crit":[""]""")]
    [InlineData(""","crit":[1]""")]
    [InlineData(""","crit":[null]""")]
    [InlineData(""","crit":"exp" """)]
    [InlineData(""","crit":null""")]
    [InlineData(""","crit":{}""")]
    [InlineData(""","crit":false""")]
    [InlineData(""","\u0063rit":[]""")]
    [InlineData(""","b64":false""")]
    [InlineData(""","b64":"false" """)]
    [InlineData(""","b64":null""")]
    [InlineData(""","b64":0""")]
    public void A_critical_extension_is_refused_in_every_form(string more) =>
        Assert.Equal("crit", Target.Refuses(RejectionCode.UnsupportedCritical, TokenForge.ES256(TokenForge.Header("ES256", "ec", more))).Claim);

    [Fact]
    public void No_list_of_names_is_understood()
    {
        string[] names = ["alg", "typ", "kid", "crit", "b64", "exp", "jwk", "jku", "cty", "zip", "http://example.com/x", "", "\\u0000", "absent"];
        foreach (var one in names)
        {
            foreach (var other in names)
            {
                foreach (var more in new[] { $",\"crit\":[\"{one}\",\"{other}\"]", $",\"crit\":[\"{one}\"],\"x\":{{\"crit\":[\"{other}\"]}}", $",\"c\\u0072it\":{{\"{one}\":true}}" })
                    Target.Refuses(RejectionCode.UnsupportedCritical, TokenForge.ES256(TokenForge.Header("ES256", "ec", more)));
            }
        }
    }

    [Fact]
    public void An_unencoded_payload_is_refused() =>
        Target.Refuses(RejectionCode.UnsupportedCritical, TokenForge.SignEncoded(TokenForge.Base64Url(TokenForge.Header("ES256", "ec", ""","b64":false,"crit":["b64"]""")), "plain", TokenForge.SignEc));

    [Theory]
    [InlineData(""","b64":true""")]
    [InlineData(""","CRIT":["x"]""")]
    [InlineData(""","x":{"crit":["x"]}""")]
    public void What_demands_nothing_is_no_obstacle(string more) => Target.Accepts(TokenForge.ES256(TokenForge.Header("ES256", "ec", more)));
}
