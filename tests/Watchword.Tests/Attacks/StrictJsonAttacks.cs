// Traps: header and claims are one strict JSON object each, so that nobody reads them differently (RFC 8725 §2.4, §2.6, §3.4; RFC 8259).
using System.Text;

namespace Watchword.Tests.Attacks;

public sealed class StrictJsonAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData(",\"exp\":1")]
    [InlineData(",\"exp\":99999999999")]
    [InlineData(",\"\\u0065xp\":99999999999")]
    [InlineData(",\"e\\u0078p\":1")]
    [InlineData(",\"iss\":\"https://issuer.example\"")]
    [InlineData(",\"x\":1,\"x\":1")]
    [InlineData(",\"\":1,\"\":1")]
    [InlineData(",\"x\":1,\"\\u0078\":1")]
    [InlineData(",\"\\u0078\":1,\"\\u0078\":2")]
    [InlineData(",\"n\":{\"a\":1,\"a\":1}")]
    [InlineData(",\"n\":{\"a\":1,\"\\u0061\":1}")]
    [InlineData(",\"n\":[{\"a\":{\"b\":1,\"c\":{},\"b\":1}}]")]
    [InlineData(",\"n\":[[{\"a\":1},{\"a\":1,\"b\":[{\"a\":1}],\"a\":2}]]")]
    [InlineData(",\"longername1\":1,\"longername1\":2")]
    [InlineData(",\"\u00e9\":1,\"\\u00e9\":2")]
    [InlineData(",\"\\ud83d\\ude00\":1,\"\U0001f600\":2")]
    public void A_member_twice_is_malformed(string more) => Everywhere(claims => claims[..^1] + more + "}");

    [Theory]
    [InlineData(",\"n\":{\"a\":1,\"b\":{\"a\":1}},\"a\":[{\"a\":1},{\"a\":1}],\"b\":1")]
    [InlineData(",\"longername1\":1,\"longername2\":2,\"longername\":3")]
    [InlineData(",\"a\":1,\"A\":2,\"\\u00e1\":3,\"a\\u0301\":4,\"\":5")]
    [InlineData(",\"n\":{\"exp\":1,\"iss\":2,\"aud\":3}")]
    public void The_same_name_in_different_objects_is_no_member_twice(string more) => Target.Accepts(TokenForge.ES256(claims: TokenForge.Claims()[..^1] + more + "}"));

    [Theory]
    [InlineData("{0}{{}}")]
    [InlineData("{0}{0}")]
    [InlineData("{0} x")]
    [InlineData("{0},")]
    [InlineData("{0}\0")]
    [InlineData("{0}/**/")]
    [InlineData("/**/{0}")]
    [InlineData("//\n{0}")]
    [InlineData("[{0}]")]
    [InlineData("\ufeff{0}")]
    [InlineData("\"{{}}\"")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{{")]
    [InlineData("}}")]
    [InlineData("{{\"alg\"")]
    public void Anything_but_one_object_is_malformed(string format) =>
        Everywhere(json => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, json));

    [Theory]
    [InlineData(",")]
    [InlineData(",,\"x\":1")]
    [InlineData(",\"x\":1,")]
    [InlineData(",\"x\":[1,]")]
    [InlineData(",\"x\":1/**/")]
    [InlineData(",\"x\":1//\n")]
    [InlineData(",'x':1")]
    [InlineData(",x:1")]
    [InlineData(",\"x\"")]
    [InlineData(",\"x\":")]
    [InlineData(",\"x\" 1")]
    [InlineData(",\"x\":undefined")]
    [InlineData(",\"x\":TRUE")]
    [InlineData(",\"x\":01")]
    [InlineData(",\"x\":1.")]
    [InlineData(",\"x\":\"\\x41\"")]
    [InlineData(",\"x\":\"\\u12\"")]
    [InlineData(",\"x\":\"\n\"")]
    [InlineData(",\"x\":\"\0\"")]
    [InlineData(",\"x\":\"")]
    [InlineData(",\"x\":[}")]
    [InlineData(",\"x\":\"\\ud800\"")]
    [InlineData(",\"x\":\"\\udc00\\ud800\"")]
    [InlineData(",\"x\":[\"a\",\"\\ud800x\"]")]
    [InlineData(",\"x\":{\"y\":[{\"z\":\"\\udfff\"}]}")]
    [InlineData(",\"\\ud800\":1")]
    [InlineData(",\"x\":{\"\\ud800\":1}")]
    public void What_JSON_does_not_know_is_malformed(string more) => Everywhere(json => json[..^1] + more + "}");

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xe2, 0x82 })]
    public void Invalid_UTF8_is_malformed(byte[] bytes)
    {
        byte[] Spoiled(string json) => [.. Encoding.UTF8.GetBytes(json[..^1] + ",\"x\":\""), .. bytes, .. "\"}"u8];
        var header = TokenForge.Header("ES256", "ec");
        Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Base64Url(header), TokenForge.Base64Url(Spoiled(TokenForge.Claims())), TokenForge.SignEc));
        Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Base64Url(Spoiled(header)), TokenForge.Base64Url(TokenForge.Claims()), TokenForge.SignEc));
    }

    [Fact]
    public void UTF16_is_malformed()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Base64Url(TokenForge.Header("ES256", "ec")), TokenForge.Base64Url(encoding.GetBytes(TokenForge.Claims())), TokenForge.SignEc));
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(3000, false)]
    public void Depth_is_bounded_at_64(int arrays, bool accepted)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var count = open == "[" ? arrays : Math.Min(arrays, 1000);
            var nested = string.Concat(Enumerable.Repeat(open, count)) + "1" + string.Concat(Enumerable.Repeat(close, count));
            var token = TokenForge.ES256(claims: TokenForge.Claims(("deep", nested)));
            if (accepted)
                Target.Accepts(token);
            else
                Target.Refuses(RejectionCode.Malformed, token);
        }
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(505, false)]
    public void One_object_has_at_most_512_members(int more, bool accepted)
    {
        var members = string.Concat(Enumerable.Range(0, more).Select(i => $",\"n{i}\":{i}"));
        var flat = TokenForge.ES256(claims: TokenForge.Claims()[..^1] + members + "}");
        var nested = TokenForge.ES256(claims: TokenForge.Claims(("x", $"[{{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1{members}}}]")));
        foreach (var token in new[] { flat, nested })
        {
            if (accepted)
                Target.Accepts(token);
            else
                Target.Refuses(RejectionCode.Malformed, token);
        }
    }

    // The same fault in the claims and in the header.
    private static void Everywhere(Func<string, string> change)
    {
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(claims: change(TokenForge.Claims())));
        var header = change(TokenForge.Header("ES256", "ec", ",\"exp\":0,\"iss\":0"));
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(header));
    }
}
