// SECURITY.md item 11: whom a token is from, whom it is for, and that it is an access token at all (RFC 9068 §2, §4; RFC 8725 §3.8–3.11).
using Watchword.Jwt;

namespace Watchword.Tests.Attacks;

public sealed class AudienceIssuerTypeAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData("\"HTTPS://billing\"")]
    [InlineData("\"https://billing:443\"")]
    [InlineData("\"https://billing.evil.example\"")]
    [InlineData("\"https://orders\"")]
    [InlineData("\"*\"")]
    [InlineData("\"\"")]
    [InlineData("\"https://orders https://billing\"")]
    [InlineData("[]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"https://orders\"]")]
    [InlineData("[\"https://billing/\",\"https://orders\"]")]
    public void A_token_for_somebody_else_is_refused(string json) =>
        Assert.Equal("aud", Target.Refuses(RejectionCode.WrongAudience, Token(("aud", json))).Claim);

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("{\"aud\":\"https://billing\"}")]
    [InlineData("[\"https://billing\",1]")]
    [InlineData("[\"https://billing\",null]")]
    [InlineData("[null,\"https://billing\"]")]
    [InlineData("[[\"https://billing\"]]")]
    [InlineData("[\"https://billing\",[]]")]
    [InlineData("[\"https://billing\",{}]")]
    public void An_audience_of_another_form_is_malformed(string json) =>
        Assert.Equal("aud", Target.Refuses(RejectionCode.MalformedClaim, Token(("aud", json))).Claim);

    [Theory]
    [InlineData("[\"https://billing\",\"\\ud800\"]")]
    [InlineData("[\"\\udfff\",\"https://billing\"]")]
    [InlineData("[\"https://billing\",\"\\ud800ttps://billing\"]")]
    [InlineData("\"https://billing\\ud800\"")]
    public void An_audience_that_is_no_text_is_refused_before_anybody_can_stumble_over_it(string json) =>
        Target.Refuses(RejectionCode.Malformed, Token(("aud", json)));

    [Theory]
    [InlineData("[\"https://billing\"]")]
    [InlineData("[\"https://orders\",\"https://billing\"]")]
    [InlineData("\"https:\\/\\/billing\"")]
    [InlineData("[\"https://orders\",\"https://b\\u0069lling\"]")]
    public void A_token_for_this_target_is_accepted(string json) => Target.Accepts(Token(("aud", json)));

    [Theory]
    [InlineData("\"https://ISSUER.example\"")]
    [InlineData("\"http://issuer.example\"")]
    [InlineData("\"https://issuer.example:443\"")]
    [InlineData("\"https://issuer.example.evil.example\"")]
    [InlineData("\"\\r\\nSet-Cookie: a=b\"")]
    [InlineData("\"\u00e9\u4e16\"")]
    [InlineData("\"__proto__\"")]
    public void A_token_of_somebody_else_is_refused(string json) =>
        Assert.Equal("iss", Target.Refuses(RejectionCode.UnknownIssuer, Token(("iss", json))).Claim);

    [Fact]
    public void An_issuer_of_ten_thousand_characters_is_unknown() =>
        Target.Refuses(RejectionCode.UnknownIssuer, Token(("iss", $"\"{TokenForge.Issuer}{new string('/', 9_000)}\"")));

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[\"https://issuer.example\"]")]
    [InlineData("{}")]
    [InlineData("\"\"")]
    public void An_issuer_of_another_form_is_malformed(string json) =>
        Assert.Equal("iss", Target.Refuses(RejectionCode.MalformedClaim, Token(("iss", json))).Claim);

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("at+JWT")]
    [InlineData("application/at+jwt")]
    [InlineData("APPLICATION/AT+JWT")]
    [InlineData("at\\u002bjwt")]
    public void An_access_token_in_any_spelling_is_one(string type) => Target.Accepts(TokenForge.ES256(Typed($"\"{type}\"")));

    [Theory]
    [InlineData("")]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("at-jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("client-authentication+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("logout+jwt")]
    [InlineData("rt+jwt")]
    public void Any_other_kind_of_token_is_refused(string type) =>
        Assert.Equal("typ", Target.Refuses(RejectionCode.WrongType, TokenForge.ES256(Typed($"\"{type}\""))).Claim);

    [Fact]
    public void A_token_that_does_not_say_what_it_is_is_refused() =>
        Target.Refuses(RejectionCode.WrongType, TokenForge.ES256("""{"alg":"ES256","kid":"ec"}"""));

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[\"at+jwt\"]")]
    public void A_type_that_is_no_string_is_malformed(string json) => Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(Typed(json)));

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("client_id")]
    [InlineData("jti")]
    public void A_required_claim_that_is_absent_is_missed(string claim) =>
        Assert.Equal(claim, Target.Refuses(RejectionCode.MissingClaim, Token((claim, null))).Claim);

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("[\"orders\"]")]
    [InlineData("{\"orders\":1}")]
    public void A_required_text_of_another_form_is_malformed(string json)
    {
        foreach (var claim in new[] { "sub", "client_id", "jti" })
            Assert.Equal(claim, Target.Refuses(RejectionCode.MalformedClaim, Token((claim, json))).Claim);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    [InlineData("\"a  b\"")]
    [InlineData("\" a\"")]
    [InlineData("\"a \"")]
    [InlineData("\"a\\tb\"")]
    [InlineData("\"a\\\"b\"")]
    [InlineData("\"a\\\\b\"")]
    [InlineData("\"\u00e9\"")]
    [InlineData("[\"a\",\"b\"]")]
    public void A_scope_against_its_grammar_is_malformed(string json) =>
        Assert.Equal("scope", Target.Refuses(RejectionCode.MalformedClaim, Token(("scope", json))).Claim);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_target_without_issuer_or_audience_does_not_start(string empty)
    {
        Assert.Throws<ArgumentException>(() => new JwtRules { Issuer = TokenForge.Issuer, Audience = empty });
        Assert.Throws<ArgumentException>(() => new JwtRules { Issuer = empty, Audience = TokenForge.Audience });
    }

    private static string Token(params (string, string?)[] changes) => TokenForge.ES256(claims: TokenForge.Claims(changes));

    private static string Typed(string json) => $$"""{"alg":"ES256","typ":{{json}},"kid":"ec"}""";
}
