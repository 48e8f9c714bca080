// RFC 7515 appendix A, RFC 7520 §4.1–4.4 and RFC 7638 §3.1 through the engine.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Vectors;

public sealed class RfcVectorTests
{
    public static TheoryData<string> Good => [.. JwsVectors.All.SelectMany(file => file.Good).Select(vector => vector.Source)];

    public static TheoryData<string> Refused => [.. JwsVectors.All.SelectMany(file => file.Refused).Select(vector => vector.Source)];

    [Fact]
    public void There_are_eight_signed_examples_and_three_to_refuse()
    {
        Assert.Equal(8, Good.Count);
        Assert.Equal(3, Refused.Count);
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
        using var other = SigningKey.Import(algorithm, Keys.SampleKeys.Of(algorithm.Name).ExportPrivateKey(), jwk.KeyId);
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

    private static (JwsVector Vector, Jwk Jwk, SignatureAlgorithm Algorithm) Find(string source)
    {
        var vector = JwsVectors.All.SelectMany(file => file.Good).Single(found => found.Source == source);
        Assert.True(SignatureAlgorithm.TryFind(vector.Alg, out var algorithm));
        return (vector, Jwk.Parse(Encoding.UTF8.GetBytes(vector.Key.GetRawText())), algorithm);
    }
}
