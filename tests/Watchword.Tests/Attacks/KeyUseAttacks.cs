// SECURITY.md item 7: keys that are not for verifying, or not keys at all, never verify; the rest of the set goes on (RFC 7517 §4, §5).
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class KeyUseAttacks
{
    public static TheoryData<string> Useless =>
    [
        TokenForge.EcJwk("ec", ",\"use\":\"enc\""),
        TokenForge.EcJwk("ec", ",\"use\":\"SIG\""),
        TokenForge.EcJwk("ec", ",\"use\":7"),
        TokenForge.EcJwk("ec", ",\"key_ops\":[]"),
        TokenForge.EcJwk("ec", ",\"key_ops\":[\"encrypt\",\"sign\"]"),
        TokenForge.EcJwk("ec", ",\"key_ops\":\"verify\""),
        TokenForge.EcJwk("ec", ",\"key_ops\":[\"verify\",1]"),
        TokenForge.EcJwk("ec", ",\"alg\":\"ECDH-ES\""),
        TokenForge.EcJwk("ec", ",\"alg\":\"HS256\""),
        TokenForge.EcJwk("ec", ",\"alg\":\"ES384\""),
        TokenForge.EcJwk("ec", ",\"alg\":null"),
        TokenForge.EcJwk("\\ud800"),
        TokenForge.EcJwk("ec").Replace("P-256", "secp256k1", StringComparison.Ordinal),
        TokenForge.EcJwk("ec").Replace("P-256", "P-384", StringComparison.Ordinal),
        TokenForge.EcJwk("ec").Replace("\"x\"", "\"z\"", StringComparison.Ordinal),
        TokenForge.EcJwk("ec").Replace("\"EC\"", "\"ec\"", StringComparison.Ordinal),
        TokenForge.EcJwk("ec").Replace("\"kty\":\"EC\",", "", StringComparison.Ordinal),
        TokenForge.RsaJwk("ec", "RSA-OAEP"),
        TokenForge.RsaJwk("ec", "RS256", ",\"use\":\"enc\""),
        $$"""{"kty":"oct","kid":"ec","alg":"HS256","k":"{{TokenForge.Base64Url(TokenForge.Secret)}}"}""",
        """{"kty":"OKP","crv":"X25519","kid":"ec","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""",
        "null", "7", "\"ec\"", "[]", "{}",
    ];

    [Theory]
    [MemberData(nameof(Useless))]
    public void A_key_that_is_not_for_verifying_is_passed_over_and_the_rest_of_the_set_used(string jwk)
    {
        var set = KeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{jwk}},{{TokenForge.RsaJwk("rsa", "RS256")}}]}"""));
        var target = new Target([.. set.Keys]);
        target.Accepts(TokenForge.RS256());
        target.Refuses(RejectionCode.UnknownKey, TokenForge.ES256());
        target.Refuses(RejectionCode.UnknownKey, TokenForge.HS256(TokenForge.Header("HS256", "ec")));
        Assert.Equal("rsa", Assert.Single(set.Keys).KeyId);
    }

    [Fact]
    public void A_key_marked_for_verifying_is_used()
    {
        var set = KeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{TokenForge.EcJwk("ec", ",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"ES256\",\"x5c\":[],\"future\":{}")}}]}"""));
        new Target([.. set.Keys]).Accepts(TokenForge.ES256());
    }
}
