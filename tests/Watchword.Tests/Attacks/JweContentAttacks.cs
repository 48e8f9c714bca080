// SECURITY.md items 2 and 13: encryption proves nothing of the sender. Keys made of what is public, and contents that are no good tokens.
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwe;

namespace Watchword.Tests.Attacks;

public sealed class JweContentAttacks
{
    private static readonly JweTarget Target = new();

    public static TheoryData<string> PublicThings => [.. Public.Keys];

    private static Dictionary<string, byte[]> Public => new()
    {
        ["SPKI of RSA"] = JweForge.Rsa.ExportSubjectPublicKeyInfo(),
        ["PEM of RSA"] = Encoding.ASCII.GetBytes(JweForge.Rsa.ExportSubjectPublicKeyInfoPem()),
        ["PKCS#1 of RSA"] = JweForge.Rsa.ExportRSAPublicKey(),
        ["modulus"] = JweForge.Rsa.ExportParameters(false).Modulus!,
        ["exponent"] = JweForge.Rsa.ExportParameters(false).Exponent!,
        ["x"] = JweForge.Ec.Q.X!,
        ["y"] = JweForge.Ec.Q.Y!,
        ["point"] = [4, .. JweForge.Ec.Q.X!, .. JweForge.Ec.Q.Y!],
        ["published key set"] = new EncryptionKeySet(JweForge.Keys.Where(key => !key.Algorithm.IsSymmetric).Select(key => key.ToEncryptionKey())).ToJson(),
        ["thumbprint"] = Encoding.ASCII.GetBytes(JweForge.EcJwk.Thumbprint()),
        ["kid"] = "dir"u8.ToArray(),
        ["issuer"] = Encoding.ASCII.GetBytes(TokenForge.Issuer),
        ["audience"] = Encoding.ASCII.GetBytes(TokenForge.Audience),
        ["nothing"] = [],
        ["zeros"] = new byte[64],
    };

    [Theory]
    [MemberData(nameof(PublicThings))]
    public void A_key_made_of_something_public_is_refused(string name)
    {
        var thing = Public[name];
        byte[][] keys = [[.. thing.Concat(new byte[32]).Take(32)], SHA256.HashData(thing), [.. new byte[32].Concat(thing).TakeLast(32)]];
        foreach (var key in keys)
        {
            Target.CannotDecrypt($"{JweForge.OfDirect(key: key)}");
            // By the name of an asymmetric key: it is never taken for a shared one.
            foreach (var kid in new[] { "rsa", "ec" })
                Target.Refuses(RejectionCode.AlgorithmMismatch, $"{JweForge.OfDirect(JweForge.Header("dir", "A256GCM", kid), key: key)}");
            using var wrap = new AesKeyWrap(key.AsSpan(0, 16));
            var wrapped = new byte[40];
            wrap.Wrap(key, wrapped);
            Target.CannotDecrypt($"{JweForge.Gcm(JweForge.Header("A128KW", "A256GCM", "kw"), wrapped, key, TokenForge.ES256())}");
        }
    }

    [Fact]
    public void A_token_without_kid_does_not_find_a_key_of_another_kind()
    {
        var asymmetric = new JweTarget([.. JweForge.Keys.Where(key => !key.Algorithm.IsSymmetric)]);
        foreach (var key in new[] { new byte[32], SHA256.HashData(JweForge.Rsa.ExportSubjectPublicKeyInfo()) })
            asymmetric.Refuses(RejectionCode.UnknownKey, $"{JweForge.OfDirect("""{"alg":"dir","enc":"A256GCM","cty":"JWT"}""", key: key)}");
    }

    [Fact]
    public void What_is_inside_must_be_a_signed_token()
    {
        string[] contents = ["", " ", TokenForge.Claims(), "[]", "null", "a.b", "a.b.c", "..", " " + TokenForge.ES256(), TokenForge.ES256() + ".", "\0\0\0", $"{JweForge.OfDirect()}", $"{JweForge.OfDirect(content: $"{JweForge.OfDirect()}")}"];
        foreach (var content in contents)
        {
            Target.RefusesContent(RejectionCode.Malformed, $"{JweForge.OfDirect(content: content)}");
            Target.RefusesContent(RejectionCode.Malformed, $"{JweForge.OfCbc(content: content)}");
        }
        Target.RefusesContent(RejectionCode.BadSignature, $"{JweForge.OfDirect(content: TokenForge.ES256() + "\n")}");
    }

    [Fact]
    public void What_is_inside_is_verified_like_any_other_token()
    {
        var header = TokenForge.Header("ES256", "ec");
        (string Code, string Token)[] bad =
        [
            (RejectionCode.UnsupportedAlgorithm, TokenForge.Sign(TokenForge.Header("none", "ec"), TokenForge.Claims(), _ => [])),
            (RejectionCode.UnsupportedAlgorithm, TokenForge.Sign("""{"typ":"at+jwt"}""", TokenForge.Claims(), _ => [])),
            (RejectionCode.BadSignature, TokenForge.Sign(header, TokenForge.Claims(), _ => new byte[64])),
            (RejectionCode.BadSignature, TokenForge.HS256(secret: JweForge.Direct)),
            (RejectionCode.AlgorithmMismatch, TokenForge.HS256(TokenForge.Header("HS256", "ec"), secret: JweForge.Direct)),
            (RejectionCode.UnknownKey, TokenForge.ES256(TokenForge.Header("ES256", "dir"))),
            (RejectionCode.UnknownIssuer, TokenForge.ES256(claims: TokenForge.Claims(("iss", "\"https://other.example\"")))),
            (RejectionCode.WrongAudience, TokenForge.ES256(claims: TokenForge.Claims(("aud", "\"https://other\"")))),
            (RejectionCode.Expired, TokenForge.ES256(claims: TokenForge.Claims(("iat", $"{TokenForge.Seconds(-900)}"), ("exp", $"{TokenForge.Seconds(-600)}")))),
            (RejectionCode.WrongType, TokenForge.ES256("""{"alg":"ES256","typ":"JWT","kid":"ec"}""")),
            (RejectionCode.MissingClaim, TokenForge.ES256(claims: TokenForge.Claims(("sub", null)))),
        ];
        foreach (var (code, token) in bad)
        {
            Target.RefusesContent(code, $"{JweForge.OfDirect(content: token)}");
            Target.RefusesContent(code, $"{JweForge.OfCbc(content: token)}");
        }
    }

    [Fact]
    public void What_is_inside_must_be_said_to_be_a_token()
    {
        foreach (var type in new[] { "", ",\"cty\":\"\"", ",\"cty\":\"at+jwt\"", ",\"cty\":\"JWE\"", ",\"cty\":\"application/json\"", ",\"cty\":\"JWT \"", ",\"CTY\":\"JWT\"", ",\"cty\":\"text/JWT\"" })
            Target.RefusesContent(RejectionCode.WrongType, $"{JweForge.OfDirect($$"""{"alg":"dir","enc":"A256GCM","kid":"dir"{{type}}}""")}");
        foreach (var type in new[] { "jwt", "Jwt", "application/jwt", "APPLICATION/JWT" })
            Target.Accepts($"{JweForge.OfDirect($$"""{"alg":"dir","enc":"A256GCM","kid":"dir","cty":"{{type}}"}""")}");
    }

    [Fact]
    public void Claims_in_the_encrypted_header_count_for_nothing()
    {
        // RFC 7519 §5.3 allows copies of claims there; ours are those that are signed.
        Target.Accepts($"{JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", ",\"iss\":\"https://other.example\",\"exp\":1,\"aud\":\"x\""))}");
        Target.RefusesContent(RejectionCode.Expired, $"{JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"exp\":{TokenForge.Seconds(300)}"), TokenForge.ES256(claims: TokenForge.Claims(("iat", $"{TokenForge.Seconds(-900)}"), ("exp", $"{TokenForge.Seconds(-600)}"))))}");
    }

    [Fact]
    public void A_header_that_was_remembered_vouches_for_no_other_token()
    {
        var target = new JweTarget();
        var good = JweForge.OfDirect();
        target.Accepts($"{good}");
        target.CannotDecrypt($"{JweForge.OfDirect(key: new byte[32])}");
        target.CannotDecrypt($"{good with { Tag = new byte[16] }}");
        target.Refuses(RejectionCode.Malformed, $"{good with { EncryptedKey = [1] }}");
        target.CannotDecrypt($"{good with { Header = TokenForge.Base64Url(JweForge.Header("dir", "A256GCM", "dir", " ")) }}");
        target.Accepts($"{good}");
    }
}
