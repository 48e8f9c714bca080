// SECURITY.md items 1, 6, 11, 12: texts and names are compared exactly. Every near miss of every one of them is another text.
namespace Watchword.Tests.Attacks;

public sealed class ExactTextAttacks
{
    private static readonly Target Target = new(TokenForge.EcKey);

    public static TheoryData<string> Issuers => [.. NearMisses.Of(TokenForge.Issuer)];

    public static TheoryData<string> Audiences => [.. NearMisses.Of(TokenForge.Audience)];

    public static TheoryData<string> Types => [.. NearMisses.Of("at+jwt").Concat(NearMisses.Of("application/at+jwt"))
        .Concat(["appl\u0131cation/at+jwt", "appl\u0130cation/at+jwt", "application/application/at+jwt", "text/at+jwt", "application/"])
        .Where(type => type.ToUpperInvariant() is not ("AT+JWT" or "APPLICATION/AT+JWT")).Distinct()];

    public static TheoryData<string> Kids => [.. NearMisses.Of("ec")];

    public static TheoryData<string> Algorithms => [.. NearMisses.Of("ES256")];

    public static TheoryData<string, string> ClaimNames => Pairs(["iss", "sub", "aud", "client_id", "iat", "exp", "jti"]);

    [Theory]
    [MemberData(nameof(Issuers))]
    public void Almost_the_issuer_is_another_issuer(string text) =>
        Assert.Equal("iss", Target.Refuses(RejectionCode.UnknownIssuer, Token(("iss", NearMisses.Json(text)))).Claim);

    [Theory]
    [MemberData(nameof(Audiences))]
    public void Almost_the_audience_is_another_audience(string text)
    {
        var json = NearMisses.Json(text);
        foreach (var audience in new[] { json, $"[{json}]", $"[{json},\"https://orders\",{json}]" })
            Assert.Equal("aud", Target.Refuses(RejectionCode.WrongAudience, Token(("aud", audience))).Claim);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Almost_the_type_is_another_type(string text) =>
        Target.Refuses(RejectionCode.WrongType, TokenForge.ES256($$"""{"alg":"ES256","typ":{{NearMisses.Json(text)}},"kid":"ec"}"""));

    [Theory]
    [MemberData(nameof(Kids))]
    public void Almost_a_kid_is_another_kid(string text) =>
        Target.Refuses(RejectionCode.UnknownKey, TokenForge.ES256($$"""{"alg":"ES256","typ":"at+jwt","kid":{{NearMisses.Json(text)}}}"""));

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Almost_an_algorithm_is_none(string text) =>
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.ES256($$"""{"alg":{{NearMisses.Json(text)}},"typ":"at+jwt","kid":"ec"}"""));

    [Theory]
    [MemberData(nameof(ClaimNames))]
    public void A_claim_by_almost_its_name_is_another_claim(string claim, string name)
    {
        var claims = TokenForge.Claims().Replace($"\"{claim}\":", $"{NearMisses.Json(name)}:", StringComparison.Ordinal);
        Assert.Equal(claim, Target.Refuses(RejectionCode.MissingClaim, TokenForge.ES256(claims: claims)).Claim);
    }

    [Fact]
    public void A_header_member_by_almost_its_name_is_another_member()
    {
        foreach (var name in NearMisses.Of("alg"))
            Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.ES256($$"""{{{NearMisses.Json(name)}}:"ES256","typ":"at+jwt","kid":"ec"}"""));
        foreach (var name in NearMisses.Of("typ"))
            Target.Refuses(RejectionCode.WrongType, TokenForge.ES256($$"""{"alg":"ES256",{{NearMisses.Json(name)}}:"at+jwt","kid":"ec"}"""));
        foreach (var name in NearMisses.Of("kid").Concat(NearMisses.Of("crit")).Concat(NearMisses.Of("b64")))
            Target.Accepts(TokenForge.ES256($$"""{"alg":"ES256","typ":"at+jwt",{{NearMisses.Json(name)}}:["x"]}"""));
    }

    private static string Token(params (string, string?)[] changes) => TokenForge.ES256(claims: TokenForge.Claims(changes));

    private static TheoryData<string, string> Pairs(string[] names)
    {
        var pairs = new TheoryData<string, string>();
        foreach (var name in names)
        {
            // A name that is another claim's would stand twice.
            foreach (var near in NearMisses.Of(name).Where(near => !names.Contains(near)))
                pairs.Add(name, near);
        }
        return pairs;
    }
}
