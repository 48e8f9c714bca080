// Reading without believing, for tools.
using Watchword.Jwt;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwt;

public sealed class UnverifiedJwtTests
{
    [Theory]
    [InlineData("""{"alg":"none"}""", "{}")]
    [InlineData("""{"crit":["x"]}""", """{"exp":"\u0065"}""")]
    [InlineData("{ }", """{"e":"\u00e9 <b> \n"}""")]
    public void Texts_are_shown_as_they_were_written(string header, string claims)
    {
        Assert.True(UnverifiedJwt.TryRead(TokenForge.Sign(header, claims, _ => []), out var jwt, out var rejection));
        Assert.Null(rejection);
        Assert.Equal((header, claims), (jwt.Header, jwt.Claims));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30..")]
    [InlineData("e30..e30")]
    [InlineData(".e30.e30")]
    [InlineData("e30=.e30.")]
    [InlineData("e30.e30 .")]
    [InlineData("e31.e30.")]
    [InlineData("W10.e30.")]
    [InlineData("\u00e9.e30.")]
    public void What_is_no_token_is_malformed(string token) => Refuses(RejectionCode.Malformed, token);

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""")]
    [InlineData("{}x")]
    [InlineData("{},")]
    [InlineData("[]")]
    [InlineData("{\"a\":1,}")]
    public void Claims_that_are_not_strict_are_malformed(string claims) => Refuses(RejectionCode.Malformed, TokenForge.ES256(claims: claims));

    [Fact]
    public void A_token_over_16_KiB_is_too_large() => Refuses(RejectionCode.TooLarge, new string('.', 16 * 1024 + 1));

    private static void Refuses(string code, string token)
    {
        Assert.False(UnverifiedJwt.TryRead(token, out var jwt, out var rejection));
        Assert.Null(jwt);
        Assert.Equal(code, rejection.Code);
    }
}
