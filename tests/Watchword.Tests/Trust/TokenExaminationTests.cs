// What a gate gathers about a token beside its verdict: never another verdict, and all that the claims have against them.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class TokenExaminationTests
{
    private static readonly FakeTimeProvider Clock = new(TokenForge.Now);

    [Fact]
    public async Task A_good_token_has_nothing_against_it()
    {
        var (verdict, seen) = await LookAsync(TokenForge.ES256());
        Assert.True(verdict.IsAccepted);
        Assert.True(seen.IsSigned);
        Assert.Empty(seen.ClaimFaults);
        Assert.Equal(TokenForge.Issuer, seen.Rules!.Issuer);
    }

    [Fact]
    public async Task All_faults_of_the_claims_are_listed_and_the_first_is_the_verdict()
    {
        var claims = TokenForge.Claims(
            ("aud", "\"https://other\""), ("exp", $"{TokenForge.Seconds(-3600)}"), ("iat", $"{TokenForge.Seconds(100)}"), ("sub", null), ("client_id", "1"), ("scope", "\"b\""));
        var (verdict, seen) = await LookAsync(TokenForge.ES256(claims: claims));
        Assert.True(seen.IsSigned);
        Assert.Equal(
            [RejectionCode.WrongAudience, RejectionCode.Expired, RejectionCode.IssuedInFuture, RejectionCode.MissingClaim, RejectionCode.MalformedClaim, RejectionCode.ClientNotAllowed],
            seen.ClaimFaults.Select(fault => fault.Code));
        Assert.Equal(verdict.Rejection!.ToString(), seen.ClaimFaults[0].ToString());
    }

    [Fact]
    public async Task A_bad_signature_is_the_verdict_whatever_the_claims_say()
    {
        var (verdict, seen) = await LookAsync(TokenForge.ES256(claims: TokenForge.Claims(("aud", "\"https://other\"")))[..^8] + "AAAAAAAA");
        Assert.False(seen.IsSigned);
        Assert.Equal(RejectionCode.BadSignature, verdict.Rejection!.Code);
        Assert.Equal(RejectionCode.WrongAudience, Assert.Single(seen.ClaimFaults).Code);
    }

    [Fact]
    public async Task The_signature_of_a_token_of_another_type_is_looked_at_all_the_same()
    {
        var (verdict, seen) = await LookAsync(TokenForge.ES256("""{"alg":"ES256","typ":"JWT","kid":"ec"}"""));
        Assert.Equal(RejectionCode.WrongType, verdict.Rejection!.Code);
        Assert.True(seen.IsSigned);
    }

    [Theory]
    [InlineData("aud", "7")]
    [InlineData("exp", "null")]
    [InlineData("exp", "1e9")]
    [InlineData("iat", "\"now\"")]
    [InlineData("iat", "1")]
    [InlineData("nbf", "\"later\"")]
    [InlineData("nbf", "9999999999")]
    [InlineData("sub", "\"\"")]
    [InlineData("client_id", "[]")]
    [InlineData("jti", "{}")]
    [InlineData("scope", "\" two  spaces\"")]
    [InlineData("scope", "\"invoices:read b\"")]
    [InlineData("exp", null)]
    [InlineData("iat", null)]
    [InlineData("aud", null)]
    public async Task The_first_of_all_faults_is_the_one_that_decides(string claim, string? json)
    {
        var (verdict, seen) = await LookAsync(TokenForge.ES256(claims: TokenForge.Claims((claim, json))));
        Assert.Equal(verdict.Rejection!.ToString(), seen.ClaimFaults[0].ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("\u00e9.\u00e9.\u00e9")]
    public async Task What_is_no_token_has_no_evidence(string text)
    {
        var (verdict, seen) = await LookAsync(text);
        Assert.Equal(RejectionCode.Malformed, verdict.Rejection!.Code);
        Assert.Null(seen.Token);
        Assert.Null(seen.Rules);
    }

    private static async Task<(Verdict Verdict, TokenExamination Seen)> LookAsync(string token)
    {
        var gate = Gate();
        return (await gate.VerifyAsync(token, TestContext.Current.CancellationToken), gate.Examine(token));
    }

    private static TokenGate Gate() => new(
        [new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience, Scopes = ["invoices:read"] }, new KeySet([TokenForge.EcKey]))], Clock);
}
