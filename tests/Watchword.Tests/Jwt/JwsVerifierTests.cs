// The JWS below the tokens: any payload, given out only when its signature is good.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwt;

public sealed class JwsVerifierTests
{
    private static readonly JwsVerifier Verifier = new(new KeySet([TokenForge.EcKey, TokenForge.OctKey]));

    [Fact]
    public void A_payload_that_is_no_JSON_and_an_empty_one_are_given_out()
    {
        foreach (var payload in new[] { "", "not JSON", "\0\u00e9" })
            Assert.Equal(payload, Encoding.UTF8.GetString(Accepts(TokenForge.ES256(claims: payload.Length == 0 ? "" : payload))));
    }

    [Fact]
    public void Types_do_not_matter_and_times_neither() => Accepts(TokenForge.ES256("""{"alg":"ES256","typ":"dpop+jwt","kid":"ec"}""", TokenForge.Claims(("exp", "1"))));

    [Fact]
    public void What_is_not_a_good_JWS_is_refused()
    {
        Refuses(RejectionCode.Malformed, "");
        Refuses(RejectionCode.Malformed, "a.b");
        Refuses(RejectionCode.Malformed, "\u00e9.b.c");
        Refuses(RejectionCode.TooLarge, new string('a', 16 * 1024 + 1));
        Refuses(RejectionCode.TooLarge, TokenForge.ES256(TokenForge.Header("ES256", new string('k', 4000))));
        Refuses(RejectionCode.UnknownKey, TokenForge.RS256());
        Refuses(RejectionCode.AlgorithmMismatch, TokenForge.RS256(TokenForge.Header("RS256", "ec")));
        Refuses(RejectionCode.BadSignature, TokenForge.HS256(secret: new byte[32]));
        Refuses(RejectionCode.UnsupportedCritical, TokenForge.ES256(TokenForge.Header("ES256", "ec", ",\"crit\":[\"b64\"]")));
        Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.ES256(TokenForge.Header("none", "ec")));
        var header = TokenForge.Base64Url(TokenForge.Header("ES256", "ec"));
        Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(header, "e30=", TokenForge.SignEc));
        Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(header, "e31", TokenForge.SignEc));
    }

    private static byte[] Accepts(string token)
    {
        Assert.True(Verifier.TryVerify(Encoding.ASCII.GetBytes(token), out var payload, out var rejection), $"{rejection}");
        Assert.Null(rejection);
        return payload;
    }

    private static void Refuses(string code, string token)
    {
        Assert.False(Verifier.TryVerify(Encoding.UTF8.GetBytes(token), out var payload, out var rejection));
        Assert.Null(payload);
        Assert.Equal(code, rejection.Code);
    }
}
