// Every rejection code: its name, its text, and a token that earns it.
using System.Reflection;
using Watchword.Jwt;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwt;

public sealed class RejectionTests
{
    private static readonly Target Target = new();

    private static Dictionary<string, string> Tokens => new()
    {
        [RejectionCode.Malformed] = "x",
        [RejectionCode.TooLarge] = new string('x', 20_000),
        [RejectionCode.UnsupportedAlgorithm] = TokenForge.ES256(TokenForge.Header("none", "ec")),
        [RejectionCode.AlgorithmMismatch] = TokenForge.ES256(TokenForge.Header("HS256", "ec")),
        [RejectionCode.UnknownIssuer] = TokenForge.ES256(claims: TokenForge.Claims(("iss", "\"https://other.example\""))),
        [RejectionCode.UnknownKey] = TokenForge.ES256(TokenForge.Header("ES256", "other")),
        [RejectionCode.BadSignature] = TokenForge.Sign(TokenForge.Header("ES256", "ec"), TokenForge.Claims(), _ => new byte[64]),
        [RejectionCode.WrongType] = TokenForge.ES256("""{"alg":"ES256","typ":"JWT","kid":"ec"}"""),
        [RejectionCode.MissingClaim] = TokenForge.ES256(claims: TokenForge.Claims(("exp", null))),
        [RejectionCode.MalformedClaim] = TokenForge.ES256(claims: TokenForge.Claims(("exp", "\"1\""))),
        [RejectionCode.WrongAudience] = TokenForge.ES256(claims: TokenForge.Claims(("aud", "\"https://other\""))),
        [RejectionCode.Expired] = TokenForge.ES256(claims: TokenForge.Claims(("exp", "1"))),
        [RejectionCode.NotYetValid] = TokenForge.ES256(claims: TokenForge.Claims(("nbf", $"{TokenForge.Seconds(100)}"))),
        [RejectionCode.LifetimeTooLong] = TokenForge.ES256(claims: TokenForge.Claims(("exp", $"{TokenForge.Seconds(90_000)}"))),
        [RejectionCode.IssuedInFuture] = TokenForge.ES256(claims: TokenForge.Claims(("iat", $"{TokenForge.Seconds(100)}"))),
        [RejectionCode.UnsupportedCritical] = TokenForge.ES256(TokenForge.Header("ES256", "ec", ",\"crit\":[\"x\"]")),
    };

    // What a verifier never says: decryption does, and policies do.
    private static string[] OfOthers => [RejectionCode.DecryptionFailed, RejectionCode.InsufficientScope, RejectionCode.ClientNotAllowed];

    [Fact]
    public void Every_code_of_the_engine_is_earned_by_a_token() => Assert.All(Tokens, token => Target.Refuses(token.Key, token.Value));

    [Fact]
    public void Every_code_is_the_name_of_its_constant_in_small_letters()
    {
        var codes = typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static);
        Assert.All(codes, code => Assert.Equal(
            string.Concat(code.Name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}")),
            code.GetRawConstantValue()));
        Assert.Equal(codes.Select(code => (string)code.GetRawConstantValue()!).Order(), Tokens.Keys.Concat(OfOthers).Order());
    }

    [Fact]
    public void The_texts_of_the_codes_do_not_change() => Assert.Equal(
        "algorithm_mismatch bad_signature client_not_allowed decryption_failed expired insufficient_scope issued_in_future lifetime_too_long malformed malformed_claim missing_claim not_yet_valid too_large unknown_issuer unknown_key unsupported_algorithm unsupported_critical wrong_audience wrong_type",
        string.Join(' ', Tokens.Keys.Concat(OfOthers).Order(StringComparer.Ordinal)));

    [Fact]
    public void What_is_said_and_what_is_logged_is_printable_and_bounded()
    {
        var rejection = new Rejection("code", "a \"b\" \\ \r\n\u00e9\u2028" + new string('x', 1000), "cla\0im", "de\u001b[31mtail" + new string('y', 1000));
        Assert.StartsWith("a 'b' ' ????", rejection.Message, StringComparison.Ordinal);
        Assert.Equal(300, rejection.Message.Length);
        Assert.Equal("cla?im", rejection.Claim);
        Assert.StartsWith("de?[31mtail", rejection.Detail, StringComparison.Ordinal);
        Assert.Equal(300, rejection.Detail!.Length);
        Assert.Equal("code: a (b)", $"{new Rejection("code", "a", detail: "b")}");
        Assert.Equal("code: a", $"{new Rejection("code", "a")}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Expired")]
    [InlineData("not valid")]
    [InlineData("a\"b")]
    [InlineData("a\r\nb")]
    [InlineData("\u00e9")]
    public void A_code_is_made_of_what_is_safe_in_a_header(string code) => Assert.Throws<ArgumentException>(() => new Rejection(code, "A sentence."));

    [Fact]
    public void A_detail_never_holds_the_token()
    {
        foreach (var (code, token) in Tokens.Where(pair => pair.Value.Contains('.', StringComparison.Ordinal)))
            Assert.DoesNotContain(token.Split('.')[^1], $"{Target.Refuses(code, token)}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_that_nobody_made_is_a_refusal()
    {
        Verdict verdict = default;
        Assert.False(verdict.IsAccepted);
        Assert.Equal(RejectionCode.Malformed, verdict.Rejection.Code);
    }
}
