// SECURITY.md item 12: only exact names count; anything like them is an unknown member.
namespace Watchword.Tests.Attacks;

public sealed class MemberNameAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData("EXP", "0")]
    [InlineData("NBF", "99999999999")]
    [InlineData("Iss", "\"https://evil.example\"")]
    [InlineData("AUD", "1")]
    [InlineData("Scope", "\"admin\"")]
    public void A_homograph_beside_the_real_claim_changes_nothing(string name, string json) =>
        Assert.Equal(["invoices:read"], Target.Accepts(TokenForge.ES256(claims: TokenForge.Claims((name, json)))).Scopes);

    [Theory]
    [InlineData("exp")]
    [InlineData("iss")]
    [InlineData("client_id")]
    public void An_escaped_spelling_of_a_name_is_that_name(string claim)
    {
        var spelt = string.Concat(claim.Select(character => $"\\u{(int)character:x4}"));
        var good = Target.Accepts(TokenForge.ES256(claims: TokenForge.Claims().Replace($"\"{claim}\":", $"\"{spelt}\":", StringComparison.Ordinal)));
        Assert.Equal("orders", good.ClientId);
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(claims: TokenForge.Claims((spelt, "1"))));
    }

    [Fact]
    public void Kid_and_typ_by_another_name_do_not_count()
    {
        Target.Refuses(RejectionCode.WrongType, TokenForge.ES256("""{"alg":"ES256","TYP":"at+jwt","kid":"ec"}"""));
        Target.Accepts(TokenForge.ES256("""{"alg":"ES256","typ":"at+jwt","kid":"ec","KID":"rsa","Alg":"none"}"""));
    }
}
