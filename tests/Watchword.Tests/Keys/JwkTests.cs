// JSON Web Keys as they are written (RFC 7517, RFC 7518 §6).
using System.Text;
using System.Text.Json;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Keys;

public sealed class JwkTests
{
    [Fact]
    public void Members_are_read_and_those_without_a_meaning_passed_over()
    {
        var jwk = Parse("""{"kty":"EC","kid":"1","alg":"ES256","use":"sig","key_ops":["verify"],"crv":"P-256","x":"AQ","y":"Ag","d":"Aw","ext":true,"x5c":[1,{}]}""");
        Assert.Equal(("EC", "1", "ES256", "sig", "P-256"), (jwk.KeyType, jwk.KeyId, jwk.Algorithm, jwk.Use, jwk.Curve));
        Assert.Equal(["verify"], jwk.KeyOperations!);
        Assert.Equal<byte[]>([[1], [2], [3]], [jwk.X!, jwk.Y!, jwk.D!]);
        Assert.True(jwk.IsPrivate);
        Assert.False(Parse("""{"kty":"RSA","n":"AQ","e":"Aw"}""").IsPrivate);
        Assert.True(Parse("""{"kty":"oct","k":""}""").IsPrivate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kty\":null}")]
    [InlineData("{\"kty\":\"EC\",\"kty\":\"RSA\"}")]
    [InlineData("{\"kty\":\"EC\",\"\\u006bty\":\"RSA\"}")]
    [InlineData("{\"kty\":\"EC\"} x")]
    [InlineData("{\"kty\":\"EC\",}")]
    [InlineData("\ufeff{\"kty\":\"EC\"}")]
    [InlineData("{\"KTY\":\"EC\"}")]
    [InlineData("{\"kty\":\"EC\",\"kid\":1}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"A=\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"A+\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"AQ==\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"A\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"AR\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"\u00e9\u00e9\"}")]
    [InlineData("{\"kty\":\"EC\",\"x\":[1]}")]
    [InlineData("{\"kty\":\"EC\",\"key_ops\":\"verify\"}")]
    [InlineData("{\"kty\":\"EC\",\"key_ops\":[1]}")]
    [InlineData("{\"kty\":\"EC\",\"kid\":\"\\ud800\"}")]
    [InlineData("{\"kty\":\"\\ud800\"}")]
    [InlineData("{\"kty\":\"EC\",\"key_ops\":[\"\\ud800\"]}")]
    [InlineData("{\"kty\":\"EC\",\"x\":\"\\ud800\"}")]
    public void What_is_no_key_is_refused_in_a_sentence(string json) =>
        Assert.EndsWith(".", Assert.Throws<InvalidKeyException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_private_key_written_is_public()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Parse("""{"kty":"EC","kid":"1","crv":"P-256","x":"AQ","y":"Ag","d":"Aw"}""").WritePublicTo(writer);
        Assert.Equal("""{"kty":"EC","kid":"1","crv":"P-256","x":"AQ","y":"Ag"}""", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_symmetric_key_is_never_written()
    {
        using var writer = new Utf8JsonWriter(new MemoryStream());
        Assert.Throws<InvalidOperationException>(() => Parse("""{"kty":"oct","k":"AQ"}""").WritePublicTo(writer));
        Assert.Throws<InvalidOperationException>(() => TokenForge.OctKey.ToJwk());
        Assert.Throws<InvalidOperationException>(() => new KeySet([TokenForge.OctKey]).ToJson());
    }

    [Fact]
    public void A_verification_key_made_of_a_private_JWK_publishes_its_public_half_only()
    {
        using var ec = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var key = ec.ExportParameters(true);
        var published = VerificationKey.FromJwk(new Jwk { KeyType = "EC", Curve = "P-256", X = key.Q.X, Y = key.Q.Y, D = key.D }).ToJwk();
        Assert.False(published.IsPrivate);
        Assert.Equal("ES256", published.Algorithm);
    }

    [Fact]
    public void A_key_is_bound_to_one_algorithm_when_it_is_loaded()
    {
        var plain = Parse(TokenForge.RsaJwk("r", "RS256").Replace("\"alg\":\"RS256\",", "", StringComparison.Ordinal));
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromJwk(plain));
        Assert.Equal(SignatureAlgorithm.PS256, VerificationKey.FromJwk(plain, SignatureAlgorithm.PS256).Algorithm);
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromJwk(plain, SignatureAlgorithm.ES256));
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromJwk(plain, SignatureAlgorithm.HS256));
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromJwk(Parse(TokenForge.RsaJwk("r", "RS256")), SignatureAlgorithm.PS256));
        Assert.Equal(SignatureAlgorithm.ES256, VerificationKey.FromJwk(Parse(TokenForge.EcJwk("e"))).Algorithm);
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromSecret(SignatureAlgorithm.ES256, new byte[64]));
    }

    [Fact]
    public void A_modulus_with_a_zero_in_front_is_the_same_key()
    {
        var key = TokenForge.Rsa.ExportParameters(false);
        var padded = new Jwk { KeyType = "RSA", Algorithm = "RS256", N = [0, .. key.Modulus!], E = [0, .. key.Exponent!] };
        var data = "x"u8.ToArray();
        Assert.True(VerificationKey.FromJwk(padded).Verify(data, TokenForge.SignRsa(data)));
    }

    private static Jwk Parse(string json) => Jwk.Parse(Encoding.UTF8.GetBytes(json));
}
