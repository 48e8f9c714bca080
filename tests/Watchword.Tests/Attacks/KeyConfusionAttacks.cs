// SECURITY.md items 2 and 3: nothing public is an HMAC key, and one key serves one algorithm (RFC 8725 §2.1, §3.1).
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class KeyConfusionAttacks
{
    public static TheoryData<string> Public => [.. PublicTexts.Keys];

    private static Dictionary<string, byte[]> PublicTexts => new()
    {
        ["rsa pem"] = Encoding.ASCII.GetBytes(TokenForge.Rsa.ExportSubjectPublicKeyInfoPem()),
        ["rsa pem, line feed"] = Encoding.ASCII.GetBytes(TokenForge.Rsa.ExportSubjectPublicKeyInfoPem() + "\n"),
        ["rsa pkcs1 pem"] = Encoding.ASCII.GetBytes(TokenForge.Rsa.ExportRSAPublicKeyPem()),
        ["rsa der"] = TokenForge.Rsa.ExportSubjectPublicKeyInfo(),
        ["rsa pkcs1 der"] = TokenForge.Rsa.ExportRSAPublicKey(),
        ["modulus"] = TokenForge.Rsa.ExportParameters(false).Modulus!,
        ["modulus text"] = Encoding.ASCII.GetBytes(TokenForge.Base64Url(TokenForge.Rsa.ExportParameters(false).Modulus)),
        ["rsa jwk"] = Encoding.ASCII.GetBytes(TokenForge.RsaJwk("rsa", "RS256")),
        ["ec pem"] = Encoding.ASCII.GetBytes(TokenForge.Ec.ExportSubjectPublicKeyInfoPem()),
        ["ec der"] = TokenForge.Ec.ExportSubjectPublicKeyInfo(),
        ["ec x"] = TokenForge.Ec.ExportParameters(false).Q.X!,
        ["ec jwk"] = Encoding.ASCII.GetBytes(TokenForge.EcJwk("ec")),
        ["key set"] = new KeySet([TokenForge.EcKey, TokenForge.RsaKey]).ToJson(),
        ["kid"] = "rsa"u8.ToArray(),
        ["client id"] = "orders"u8.ToArray(),
        ["issuer"] = Encoding.ASCII.GetBytes(TokenForge.Issuer),
        ["empty"] = [],
        ["one zero byte"] = [0],
        ["32 zero bytes"] = new byte[32],
    };

    [Theory]
    [MemberData(nameof(Public))]
    public void A_token_keyed_with_something_public_is_refused(string what)
    {
        var target = new Target(TokenForge.EcKey, TokenForge.RsaKey);
        foreach (var (name, hash) in Hmacs)
        {
            var forged = (string kid) => TokenForge.Sign(TokenForge.Header(name, kid), TokenForge.Claims(), data => hash(PublicTexts[what], data));
            target.Refuses(RejectionCode.AlgorithmMismatch, forged("rsa"));
            target.Refuses(RejectionCode.AlgorithmMismatch, forged("ec"));
            target.Refuses(RejectionCode.UnknownKey, forged("other"));
            target.Refuses(RejectionCode.UnknownKey, TokenForge.Sign($$"""{"alg":"{{name}}","typ":"at+jwt"}""", TokenForge.Claims(), data => hash(PublicTexts[what], data)));
        }
        new Target().Refuses(RejectionCode.BadSignature, TokenForge.HS256(secret: PublicTexts[what]));
    }

    [Theory]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    public void An_RS256_key_serves_no_other_algorithm(string alg)
    {
        var hash = new HashAlgorithmName($"SHA{alg[2..]}");
        var padding = alg[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        new Target().Refuses(RejectionCode.AlgorithmMismatch, TokenForge.Sign(TokenForge.Header(alg, "rsa"), TokenForge.Claims(), data => TokenForge.SignRsa(data, hash, padding)));
    }

    [Theory]
    [InlineData("HS384", 64)]
    [InlineData("HS512", 64)]
    [InlineData("RS256", 64)]
    [InlineData("ES256", 64)]
    public void A_shared_secret_serves_HS256_only(string alg, int length) =>
        new Target().Refuses(RejectionCode.AlgorithmMismatch, TokenForge.Sign(TokenForge.Header(alg, "oct"), TokenForge.Claims(), _ => new byte[length]));

    [Fact]
    public void A_P256_signature_labelled_with_another_curve_is_refused()
    {
        foreach (var alg in new[] { "ES384", "ES512" })
        {
            var sign = (byte[] data) =>
            {
                lock (TokenForge.Ec)
                    return TokenForge.Ec.SignData(data, alg == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA512);
            };
            new Target().Refuses(RejectionCode.AlgorithmMismatch, TokenForge.Sign(TokenForge.Header(alg, "ec"), TokenForge.Claims(), sign));
        }
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
