// RFC 7515 appendix A, RFC 7517 appendix A, RFC 7520 §4 with the keys of its §3, and RFC 7638 §3.1 through the engine.
using System.Text;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;

namespace Watchword.Tests.Vectors;

public sealed class RfcVectorTests
{
    public static TheoryData<string> Good => [.. JwsVectors.All.SelectMany(file => file.Good).Select(vector => vector.Source)];

    public static TheoryData<string> Refused => [.. JwsVectors.All.SelectMany(file => file.Refused).Select(vector => vector.Source)];

    [Fact]
    public void There_are_eight_signed_examples_and_six_to_refuse()
    {
        Assert.Equal(8, Good.Count);
        Assert.Equal(6, Refused.Count);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void The_signature_of_an_example_is_good(string source)
    {
        var (vector, jwk, algorithm) = Find(source);
        var verifier = new JwsVerifier(new KeySet([VerificationKey.FromJwk(jwk, algorithm)]));
        Assert.True(verifier.TryVerify(Encoding.ASCII.GetBytes(vector.Token), out var payload, out var rejection), $"{rejection}");
        Assert.Equal(vector.Payload, Encoding.UTF8.GetString(payload));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void An_example_is_refused_by_another_key_and_with_another_payload(string source)
    {
        var (vector, jwk, algorithm) = Find(source);
        using var other = SigningKey.Import(algorithm, SampleKeys.Of(algorithm.Name).ExportPrivateKey(), jwk.KeyId);
        Assert.False(new JwsVerifier(new KeySet([other.ToVerificationKey()])).TryVerify(Encoding.ASCII.GetBytes(vector.Token), out var nothing, out var rejection));
        Assert.Null(nothing);
        Assert.Contains(rejection.Code, new[] { RejectionCode.BadSignature, RejectionCode.UnknownKey });
        var parts = vector.Token.Split('.');
        var changed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1][..^4]}AAAA.{parts[2]}");
        Assert.False(new JwsVerifier(new KeySet([VerificationKey.FromJwk(jwk, algorithm)])).TryVerify(changed, out _, out rejection));
        Assert.Equal(RejectionCode.BadSignature, rejection.Code);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void An_example_signed_again_is_the_same_where_the_algorithm_has_no_chance_in_it(string source)
    {
        var (vector, jwk, algorithm) = Find(source);
        using var key = SigningKey.FromJwk(jwk, algorithm);
        var dot = vector.Token.LastIndexOf('.');
        var input = Encoding.ASCII.GetBytes(vector.Token[..dot]);
        var signature = new byte[key.SignatureLength];
        key.Sign(input, signature);
        if (algorithm.Name[0] is 'H' or 'R' && algorithm.Name[..2] != "PS")
            Assert.Equal(vector.Token[(dot + 1)..], Convert.ToBase64String(signature).TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        Assert.True(VerificationKey.FromJwk(jwk, algorithm).Verify(input, signature));
        Assert.True(key.ToVerificationKey().Verify(input, signature));
    }

    [Theory]
    [InlineData("RFC 7520 4.1")]
    [InlineData("RFC 7520 4.4")]
    public void Our_signer_makes_the_same_token_byte_by_byte(string source)
    {
        var (vector, jwk, algorithm) = Find(source);
        using var key = SigningKey.FromJwk(jwk, algorithm);
        Assert.Equal(vector.Token, JwtSigner.Sign(key, Encoding.UTF8.GetBytes(vector.Payload)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_example_that_is_not_supported_is_refused(string source)
    {
        var vector = JwsVectors.All.SelectMany(file => file.Refused).Single(found => found.Source == source);
        var keys = new KeySet(JwsVectors.All.SelectMany(file => file.Good).Select(signed => Find(signed.Source)).Select(found => VerificationKey.FromJwk(found.Jwk, found.Algorithm)));
        Assert.False(new JwsVerifier(keys).TryVerify(Encoding.ASCII.GetBytes(vector.Token), out var payload, out var rejection));
        Assert.Null(payload);
        Assert.Equal(vector.Code, rejection.Code);
    }

    [Fact]
    public void The_thumbprint_of_the_example_is_the_one_of_the_standard()
    {
        var vector = VectorFile.Read<ThumbprintVector>("rfc7638.json");
        var jwk = Jwk.Parse(Encoding.UTF8.GetBytes(vector.Key.GetRawText()));
        Assert.Equal(vector.Thumbprint, jwk.Thumbprint());
        Assert.Equal("2011-04-29", VerificationKey.FromJwk(jwk).KeyId);
    }

    [Fact]
    public void Of_the_published_keys_of_RFC_7517_the_one_for_signatures_is_used()
    {
        var key = Assert.Single(KeySet.Parse(Set("RFC 7517 A.1")).Keys);
        Assert.Equal(("2011-04-29", SignatureAlgorithm.RS256), (key.KeyId, key.Algorithm));
        Assert.Equal(VectorFile.Read<ThumbprintVector>("rfc7638.json").Thumbprint, key.ToJwk().Thumbprint());
    }

    [Fact]
    public void The_private_keys_of_RFC_7517_have_those_public_halves()
    {
        var (published, own) = (Keys("RFC 7517 A.1"), Keys("RFC 7517 A.2"));
        Assert.All(own, jwk => Assert.True(jwk.IsPrivate));
        Assert.Equal(published.Select(jwk => jwk.Thumbprint()), own.Select(jwk => jwk.Thumbprint()));
        using var key = SigningKey.FromJwk(own[1]);
        var token = Encoding.ASCII.GetBytes(JwtSigner.Sign(key, "payload"u8));
        Assert.True(new JwsVerifier(KeySet.Parse(Set("RFC 7517 A.1"))).TryVerify(token, out var payload, out var rejection), $"{rejection}");
        Assert.Equal("payload"u8.ToArray(), payload);
        Assert.Single(KeySet.Parse(Set("RFC 7517 A.2")).Keys);
    }

    [Fact]
    public void Of_the_secrets_of_RFC_7517_the_HMAC_key_is_used_and_none_of_them_in_a_set()
    {
        var keys = Keys("RFC 7517 A.3");
        Assert.Throws<InvalidKeyException>(() => VerificationKey.FromJwk(keys[0]));
        var key = VerificationKey.FromJwk(keys[1], SignatureAlgorithm.HS256);
        Assert.Equal("HMAC key used in JWS spec Appendix A.1 example", key.KeyId);
        var (example, _, _) = Find("RFC 7515 A.1");
        Assert.True(new JwsVerifier(new KeySet([key])).TryVerify(Encoding.ASCII.GetBytes(example.Token), out _, out var rejection), $"{rejection}");
        Assert.Empty(KeySet.Parse(Set("RFC 7517 A.3")).Keys);
    }

    private static byte[] Set(string source) =>
        Encoding.UTF8.GetBytes(VectorFile.Read<KeySetVectors>("rfc7517-appendix-a.json").Sets.Single(vector => vector.Source == source).Set.GetRawText());

    private static Jwk[] Keys(string source) =>
        [.. JsonElement.Parse(Set(source)).GetProperty("keys").EnumerateArray().Select(key => Jwk.Parse(Encoding.UTF8.GetBytes(key.GetRawText())))];

    private static (JwsVector Vector, Jwk Jwk, SignatureAlgorithm Algorithm) Find(string source)
    {
        var vector = JwsVectors.All.SelectMany(file => file.Good).Single(found => found.Source == source);
        Assert.True(SignatureAlgorithm.TryFind(vector.Alg, out var algorithm));
        return (vector, Jwk.Parse(Encoding.UTF8.GetBytes(vector.Key.GetRawText())), algorithm);
    }
}
