// SECURITY.md item 10: the times of a token (RFC 7519 §4.1.4–4.1.6, RFC 9068 §2.2; CVE-2026-25537).
using Watchword.Jwt;

namespace Watchword.Tests.Attacks;

public sealed class TimeClaimAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    public void A_required_time_that_is_absent_is_missed(string claim) =>
        Assert.Equal(claim, Target.Refuses(RejectionCode.MissingClaim, Token((claim, null))).Claim);

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("-62135596800")]
    [InlineData("0.1e-300")]
    [InlineData("1e-400")]
    public void A_time_long_past_is_expired(string json) => Target.Refuses(RejectionCode.Expired, Token(("exp", json)));

    [Theory]
    [InlineData(-30, false)]
    [InlineData(-29, true)]
    [InlineData(-31, false)]
    [InlineData(0, true)]
    public void A_token_is_accepted_until_its_expiry_and_the_leeway(int expiresIn, bool accepted) =>
        Expect(accepted, RejectionCode.Expired, ("exp", $"{TokenForge.Seconds(expiresIn)}"), ("iat", $"{TokenForge.Seconds(-600)}"));

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(100_000_000, false)]
    public void A_token_is_accepted_from_its_not_before_less_the_leeway(int startsIn, bool accepted) =>
        Expect(accepted, RejectionCode.NotYetValid, ("nbf", $"{TokenForge.Seconds(startsIn)}"));

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    [InlineData(86_400, false)]
    public void A_token_from_the_future_is_refused_beyond_the_leeway(int issuedIn, bool accepted) =>
        Expect(accepted, RejectionCode.IssuedInFuture, ("iat", $"{TokenForge.Seconds(issuedIn)}"), ("exp", $"{TokenForge.Seconds(issuedIn + 60)}"));

    [Theory]
    [InlineData(86_400, true)]
    [InlineData(86_401, false)]
    [InlineData(1_000_000_000, false)]
    public void A_life_of_more_than_a_day_is_refused(int life, bool accepted) =>
        Expect(accepted, RejectionCode.LifetimeTooLong, ("exp", $"{TokenForge.Seconds(life)}"));

    [Fact]
    public void A_target_may_allow_less()
    {
        var strict = new Target(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience, MaxLifetime = TimeSpan.FromMinutes(4), Leeway = TimeSpan.Zero });
        strict.Refuses(RejectionCode.LifetimeTooLong, Token());
        strict.Accepts(Token(("exp", $"{TokenForge.Seconds(240)}")));
        strict.Refuses(RejectionCode.Expired, Token(("exp", $"{TokenForge.Seconds()}"), ("iat", $"{TokenForge.Seconds(-10)}")));
        strict.Refuses(RejectionCode.IssuedInFuture, Token(("iat", $"{TokenForge.Seconds(1)}"), ("exp", $"{TokenForge.Seconds(60)}")));
    }

    [Fact]
    public void A_life_made_short_by_an_old_issue_is_too_long() =>
        Target.Refuses(RejectionCode.LifetimeTooLong, Token(("iat", "0")));

    private static string Token(params (string, string?)[] changes) => TokenForge.ES256(claims: TokenForge.Claims(changes));

    private static void Expect(bool accepted, string code, params (string, string?)[] changes)
    {
        if (accepted)
            Target.Accepts(Token(changes));
        else
            Target.Refuses(code, Token(changes));
    }
}
