// Published key sets: what is read, what is passed over, what is found (RFC 7517 §5).
using System.Text;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Keys;

public sealed class KeySetTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":null}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"Keys\":[]}")]
    [InlineData("{\"keys\":[]}{}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[],}")]
    [InlineData("<html><body>502 Bad Gateway</body></html>")]
    public void What_is_no_key_set_is_refused_in_a_sentence(string json) =>
        Assert.EndsWith(".", Assert.Throws<InvalidKeyException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_set_may_be_empty_and_hold_other_members() => Assert.Empty(Parse("""{"x":{"y":[]},"keys":[]}""").Keys);

    [Fact]
    public void Good_keys_among_bad_ones_are_read_in_their_order()
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        var numbers = weak.ExportParameters(false);
        var set = Parse($$"""
            {"keys":[
              null, 1, "x", [], {}, {"kty":"EC"}, {"kty":"oct","alg":"HS256","k":"{{TokenForge.Base64Url(new byte[32])}}"},
              {"kty":"RSA","n":"{{TokenForge.Base64Url(numbers.Modulus)}}","e":"AQAB"},
              {{TokenForge.EcJwk("enc", ",\"use\":\"enc\"")}}, {{TokenForge.EcJwk("2")}},
              {{TokenForge.RsaJwk("1", "PS512")}}, {{TokenForge.RsaJwk("0", "RSA1_5")}}
            ]}
            """);
        Assert.Equal(["2", "1"], set.Keys.Select(key => key.KeyId));
        Assert.Equal(["ES256", "PS512"], set.Keys.Select(key => key.Algorithm.Name));
    }

    [Fact]
    public void At_most_256_keys_are_read()
    {
        var set = Parse($"{{\"keys\":[{string.Join(',', Enumerable.Range(0, 300).Select(i => TokenForge.EcJwk($"{i}")))}]}}");
        Assert.Equal(256, set.Keys.Count);
        Assert.True(set.Contains("255"));
        Assert.False(set.Contains("256"));
    }

    [Fact]
    public void An_unlabelled_RSA_key_is_bound_to_the_one_algorithm_configured()
    {
        var json = $"{{\"keys\":[{TokenForge.RsaJwk("r", "RS256").Replace("\"alg\":\"RS256\",", "", StringComparison.Ordinal)}]}}";
        Assert.Equal(SignatureAlgorithm.RS256, Assert.Single(Parse(json).Keys).Algorithm);
        Assert.Equal(SignatureAlgorithm.PS256, Assert.Single(KeySet.Parse(Encoding.UTF8.GetBytes(json), SignatureAlgorithm.PS256).Keys).Algorithm);
    }

    [Fact]
    public void A_kid_finds_its_key_only_by_the_keys_own_algorithm()
    {
        var set = new KeySet([TokenForge.EcKey, TokenForge.RsaKey]);
        Assert.True(set.TryFind("ec", SignatureAlgorithm.ES256, out var key));
        Assert.Equal("ec", key?.KeyId);
        Assert.True(set.TryFind("ec", SignatureAlgorithm.RS256, out key));
        Assert.Null(key);
        Assert.False(set.TryFind("EC", SignatureAlgorithm.ES256, out key));
        Assert.Null(key);
        Assert.True(set.TryFind(null, SignatureAlgorithm.RS256, out key));
        Assert.Equal("rsa", key?.KeyId);
        Assert.False(set.TryFind(null, SignatureAlgorithm.PS256, out _));
        Assert.False(KeySet.Empty.TryFind(null, SignatureAlgorithm.ES256, out _));
    }

    [Fact]
    public void Two_keys_of_one_kid_are_told_apart_by_their_algorithm()
    {
        var set = Parse($"{{\"keys\":[{TokenForge.EcJwk("k")},{TokenForge.RsaJwk("k", "RS256")}]}}");
        Assert.True(set.TryFind("k", SignatureAlgorithm.RS256, out var key));
        Assert.Equal(SignatureAlgorithm.RS256, key?.Algorithm);
        Assert.True(set.TryFind("k", SignatureAlgorithm.ES256, out key));
        Assert.Equal(SignatureAlgorithm.ES256, key?.Algorithm);
    }

    [Fact]
    public void Two_keys_of_one_kid_and_one_algorithm_are_as_good_as_none()
    {
        var set = Parse($"{{\"keys\":[{TokenForge.EcJwk("k")},{TokenForge.EcJwk("k")},{TokenForge.EcJwk("l")}]}}");
        Assert.False(set.TryFind("k", SignatureAlgorithm.ES256, out var key));
        Assert.Null(key);
        Assert.True(set.TryFind("l", SignatureAlgorithm.ES256, out key));
        Assert.NotNull(key);
    }

    private static KeySet Parse(string json) => KeySet.Parse(Encoding.UTF8.GetBytes(json));
}
