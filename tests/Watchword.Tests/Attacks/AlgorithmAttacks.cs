// SECURITY.md item 1: the algorithm is one of the table, spelt exactly, or the token is refused (RFC 8725 §3.1, §3.2).
namespace Watchword.Tests.Attacks;

public sealed class AlgorithmAttacks
{
    private static readonly Target Target = new();

    [Fact]
    public void The_forge_makes_tokens_that_are_good()
    {
        Target.Accepts(TokenForge.ES256());
        Target.Accepts(TokenForge.RS256());
        Target.Accepts(TokenForge.HS256());
    }

    [Theory]
    [InlineData("ES256K")]
    [InlineData("EDDSA")]
    [InlineData("ed25519")]
    [InlineData("Ed448")]
    [InlineData("HS1")]
    [InlineData("HS257")]
    [InlineData("RS1")]
    [InlineData("MD5")]
    [InlineData("dir")]
    [InlineData("A256GCM")]
    [InlineData("ML-DSA-44")]
    public void A_name_outside_the_table_is_refused_signed_or_not(string alg)
    {
        var header = $$"""{"alg":"{{alg}}","typ":"at+jwt","kid":"ec"}""";
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.ES256(header));
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.Sign(header, TokenForge.Claims(), _ => []));
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.Sign(header.Replace(",\"kid\":\"ec\"", "", StringComparison.Ordinal), TokenForge.Claims(), _ => []));
    }

    [Fact]
    public void An_absent_name_is_refused() =>
        Assert.Equal("alg", Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.ES256("""{"typ":"at+jwt","kid":"ec"}""")).Claim);

    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("256")]
    [InlineData("[\"ES256\"]")]
    [InlineData("{\"ES256\":1}")]
    [InlineData("[]")]
    public void A_name_that_is_no_string_is_malformed(string json) =>
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256($$"""{"alg":{{json}},"typ":"at+jwt","kid":"ec"}"""));

    [Fact]
    public void An_escaped_spelling_of_a_good_name_is_that_name() =>
        Target.Accepts(TokenForge.ES256("""{"alg":"\u0045S256","typ":"at+jwt","kid":"ec"}"""));

    [Fact]
    public void A_good_token_without_its_signature_is_refused()
    {
        var token = TokenForge.ES256();
        Target.Refuses(RejectionCode.BadSignature, token[..(token.LastIndexOf('.') + 1)]);
        Target.Refuses(RejectionCode.Malformed, token[..token.LastIndexOf('.')]);
    }
}
