// SECURITY.md items 2 and 3: nothing public is an HMAC key, and one key serves one algorithm (RFC 8725 §2.1, §3.1).
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class KeyConfusionAttacks
{
    public static TheoryData<string> Public => [.. PublicForms.All.Keys];

    [Theory]
    [MemberData(nameof(Public))]
    public void A_token_keyed_with_something_public_is_refused(string what)
    {
        var target = new Target(TokenForge.EcKey, TokenForge.RsaKey);
        foreach (var (name, hash) in Hmacs)
        {
            var forged = (string kid) => TokenForge.Sign(TokenForge.Header(name, kid), TokenForge.Claims(), data => hash(PublicForms.All[what], data));
            target.Refuses(RejectionCode.AlgorithmMismatch, forged("rsa"));
            target.Refuses(RejectionCode.AlgorithmMismatch, forged("ec"));
            target.Refuses(RejectionCode.UnknownKey, forged("other"));
            target.Refuses(RejectionCode.UnknownKey, TokenForge.Sign($$"""{"alg":"{{name}}","typ":"at+jwt"}""", TokenForge.Claims(), data => hash(PublicForms.All[what], data)));
        }
        new Target().Refuses(RejectionCode.BadSignature, TokenForge.HS256(secret: PublicForms.All[what]));
    }

    [Fact]
    public void A_signature_of_the_right_key_by_another_padding_or_hash_is_refused()
    {
        var target = new Target();
        target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), data => TokenForge.SignRsa(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), data => TokenForge.SignRsa(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
        var pss = VerificationKey.FromJwk(Jwk.Parse(Encoding.ASCII.GetBytes(TokenForge.RsaJwk("pss", "PS256"))));
        new Target(pss).Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("PS256", "pss"), TokenForge.Claims(), TokenForge.SignRsa));
    }

    [Fact]
    public void A_token_for_an_algorithm_the_rules_leave_out_is_refused()
    {
        var rules = new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience, Algorithms = [SignatureAlgorithm.ES256] };
        var target = new Target(rules);
        target.Accepts(TokenForge.ES256());
        target.Refuses(RejectionCode.UnknownKey, TokenForge.RS256());
        target.Refuses(RejectionCode.UnknownKey, TokenForge.HS256());
    }

    private static IEnumerable<(string Name, Func<byte[], byte[], byte[]> Hash)> Hmacs =>
        [("HS256", HMACSHA256.HashData), ("HS384", HMACSHA384.HashData), ("HS512", HMACSHA512.HashData)];
}
