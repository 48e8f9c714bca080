// Keys: what was written and read again is the same key, and what is public stays public.
using System.Text;
using System.Text.Json;
using CsCheck;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;

namespace Watchword.Tests.Properties;

public sealed class KeyProperties
{
    private static readonly Gen<byte[]?> Bytes = Gen.Byte.Array[0, 40].Null();
    private static readonly Gen<SignatureAlgorithm> Asymmetric = Gen.OneOf(SignatureAlgorithm.All.Where(algorithm => !algorithm.IsSymmetric).ToArray());

    private static readonly Gen<Jwk> AnyKey =
        from texts in Texts.Any.Null().Array[4]
        from kind in Gen.OneOf(Gen.OneOf("EC", "RSA", "OKP", "ec"), Texts.Any.Where(text => text != "oct"))
        from numbers in Bytes.Array[8]
        from operations in Texts.Any.Array[0, 3].Null()
        select new Jwk
        {
            KeyType = kind,
            KeyId = texts[0],
            Algorithm = texts[1],
            Use = texts[2],
            Curve = texts[3],
            KeyOperations = operations,
            X = numbers[0],
            Y = numbers[1],
            N = numbers[2],
            E = numbers[3],
            D = numbers[4],
            P = numbers[5],
            Q = numbers[6],
            K = numbers[7],
        };

    [Fact]
    public void A_key_written_and_read_has_the_same_public_members_and_no_others() => AnyKey.Holds(
        jwk =>
        {
            var read = Jwk.Parse(Write(jwk));
            Assert.Equal((jwk.KeyType, jwk.KeyId, jwk.Algorithm, jwk.Use, jwk.Curve), (read.KeyType, read.KeyId, read.Algorithm, read.Use, read.Curve));
            Assert.Equal(new[] { jwk.X, jwk.Y, jwk.N, jwk.E }, [read.X, read.Y, read.N, read.E]);
            Assert.False(read.IsPrivate);
        },
        jwk => Encoding.UTF8.GetString(Write(jwk)));

    [Fact]
    public void A_key_exported_and_imported_verifies_what_the_first_signed() => Gen.Select(Gen.OneOf(SignatureAlgorithm.All.ToArray()), Texts.Any, Gen.Byte.Array[0, 300]).Holds((algorithm, kid, payload) =>
    {
        using var key = SigningKey.Import(algorithm, SampleKeys.Of(algorithm.Name).ExportPrivateKey(), kid);
        var token = Encoding.ASCII.GetBytes(JwtSigner.Sign(key, payload));
        var verification = algorithm.IsSymmetric ? key.ToVerificationKey() : VerificationKey.FromJwk(Jwk.Parse(Write(key.ToVerificationKey().ToJwk())));
        Assert.Equal((algorithm, kid), (verification.Algorithm, verification.KeyId));
        Assert.True(new JwsVerifier(new KeySet([verification])).TryVerify(token, out var read, out var rejection), $"{rejection}");
        Assert.Equal(payload, read);
    });

    [Fact]
    public void A_key_set_written_and_read_is_the_same() => Gen.Select(Asymmetric, Texts.Any).Array[0, 6].Holds(described =>
    {
        var set = new KeySet(described.Select(one => Verification(one.Item1, one.Item2)));
        var read = KeySet.Parse(set.ToJson());
        Assert.True(set.IsSameAs(read));
        Assert.All(described, one => Assert.True(read.Contains(one.Item2)));
    });

    [Fact]
    public void Odd_members_among_its_keys_do_not_harm_a_key_set() => Gen.Select(Texts.Json.Array[0, 3], Asymmetric).Holds((odd, algorithm) =>
    {
        var good = Write(Verification(algorithm, "good").ToJwk());
        byte[] json = [.. "{\"keys\":["u8, .. odd.SelectMany(one => one.Append((byte)',')), .. good, .. "]}"u8];
        try
        {
            Assert.True(KeySet.Parse(json).Contains("good"));
        }
        catch (InvalidKeyException)
        {
            Assert.True(odd.Length > 0, "a good set is refused");
        }
    });

    private static VerificationKey Verification(SignatureAlgorithm algorithm, string kid) =>
        VerificationKey.FromJwk(Jwk.Parse(Write(SampleKeys.Of(algorithm.Name).ToVerificationKey().ToJwk(), kid)));

    private static byte[] Write(Jwk jwk)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            jwk.WritePublicTo(writer);
        return json.ToArray();
    }

    private static byte[] Write(Jwk jwk, string kid)
    {
        var members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Write(jwk))!;
        members["kid"] = JsonSerializer.SerializeToElement(kid);
        return JsonSerializer.SerializeToUtf8Bytes(members);
    }
}
