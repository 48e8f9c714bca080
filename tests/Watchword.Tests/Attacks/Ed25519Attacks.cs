// Ed25519 (RFC 8032 §5.1): false keys are refused when they are loaded, and a signature has exactly one spelling.
using System.Globalization;
using System.Numerics;
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class Ed25519Attacks
{
    private static readonly BigInteger Order = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
    private static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.EdDSA, "ed");
    private static readonly Target Target = new(Key.ToVerificationKey(), TokenForge.EcKey);

    public static TheoryData<string> Shapes => [.. Changes.Keys];

    private static Dictionary<string, Func<byte[], byte[]>> Changes => new()
    {
        ["S + L"] = good => WithS(good, s => s + Order),
        ["S + 2 L"] = good => WithS(good, s => s + 2 * Order),
        ["S = L"] = good => WithS(good, _ => Order),
        ["S = 0"] = good => WithS(good, _ => 0),
        ["-S"] = good => WithS(good, s => Order - s),
        ["R = S = 0"] = _ => new byte[64],
        ["R is the neutral point, S = 0"] = _ => [1, .. new byte[63]],
        ["R with another sign"] = good => [.. good[..31], (byte)(good[31] ^ 0x80), .. good[32..]],
        ["highest bit of S"] = good => [.. good[..63], (byte)(good[63] | 0x80)],
        ["all ones"] = _ => [.. Enumerable.Repeat((byte)0xff, 64)],
        ["swapped"] = good => [.. good[32..], .. good[..32]],
        ["doubled"] = good => [.. good, .. good],
        ["cut by one"] = good => good[..^1],
        ["cut in half"] = good => good[..32],
        ["a byte more"] = good => [.. good, 0],
        ["a byte before"] = good => [0, .. good],
        ["as long as Ed448's"] = good => [.. good, .. new byte[50]],
        ["empty"] = _ => [],
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_signature_of_a_wrong_value_or_shape_is_refused(string shape)
    {
        Target.Accepts(Token(good => good));
        Target.Refuses(RejectionCode.BadSignature, Token(Changes[shape]));
    }

    /// <summary>The eight points of small order, under which one signature fits any message, and their second spellings.</summary>
    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_key_of_small_order_is_refused(string point) => Refused(Convert.FromHexString(point));

    /// <summary>y is p + 3, p + 4 …: points of the curve, but not in their one spelling.</summary>
    [Theory]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_key_that_is_not_in_its_one_spelling_is_refused(string point) => Refused(Convert.FromHexString(point));

    /// <summary>The key of RFC 8037 with a point of order 8, 4 and 2 added: some verifiers take its signatures, some do not.</summary>
    [Theory]
    [InlineData("9158312a9a8d6e3b34c891d6d61444f8b8211c5117ebad15bdb0bd68b07e0245")]
    [InlineData("ad38a8f0b22ab7ca46ecee7bbef12b5f336c182652fac34392f859dbd9666a7d")]
    [InlineData("16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5")]
    public void A_key_with_a_part_of_small_order_is_refused(string point) => Refused(Convert.FromHexString(point));

    [Fact]
    public void A_point_off_the_curve_is_refused() => Refused([2, .. new byte[31]]);

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(57)]
    [InlineData(64)]
    public void A_key_of_another_length_is_refused(int length)
    {
        var (x, d) = Halves();
        byte[] Resized(byte[] bytes) => [.. bytes.Concat(new byte[64]).Take(length)];
        Refused(Resized(x));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = x, D = Resized(d) }));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = Resized(x), D = d }));
    }

    [Fact]
    public void A_private_key_whose_halves_do_not_fit_is_refused()
    {
        var (x, d) = Halves();
        var (other, _) = Halves();
        SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = x, D = d }).Dispose();
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = other, D = d }));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = x }));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", D = d }));
        Sentence(() => VerificationKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519" }));
    }

    [Theory]
    [InlineData("OKP", "Ed448", null)]
    [InlineData("OKP", "X25519", null)]
    [InlineData("OKP", "X25519", "EdDSA")]
    [InlineData("OKP", "ed25519", "EdDSA")]
    [InlineData("OKP", null, "EdDSA")]
    [InlineData("OKP", null, null)]
    [InlineData("OKP", "P-256", null)]
    [InlineData("OKP", "Ed25519", "ES256")]
    [InlineData("OKP", "Ed25519", "HS256")]
    [InlineData("OKP", "Ed25519", "Ed448")]
    [InlineData("EC", "Ed25519", null)]
    [InlineData("EC", "Ed25519", "EdDSA")]
    [InlineData("oct", "Ed25519", "EdDSA")]
    public void A_key_of_another_kind_or_curve_is_refused(string type, string? curve, string? algorithm)
    {
        var (x, _) = Halves();
        Sentence(() => VerificationKey.FromJwk(new Jwk { KeyType = type, Curve = curve, Algorithm = algorithm, X = x, K = x }));
    }

    [Fact]
    public void A_token_that_names_the_algorithm_is_not_verified_by_a_key_of_another()
    {
        Target.Refuses(RejectionCode.AlgorithmMismatch, TokenForge.ES256(TokenForge.Header("EdDSA", "ec")));
        Target.Refuses(RejectionCode.AlgorithmMismatch, TokenForge.ES256(TokenForge.Header("ES256", "ed")));
        Target.Refuses(RejectionCode.AlgorithmMismatch, TokenForge.HS256(TokenForge.Header("HS256", "ed"), secret: Halves().X));
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    public void Both_names_of_the_algorithm_are_one(string name)
    {
        Target.Accepts(Token(good => good, name));
        var x = TokenForge.Base64Url(Halves().X);
        var set = KeySet.Parse(Encoding.ASCII.GetBytes($$"""{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"{{name}}","x":"{{x}}"}]}"""));
        Assert.Same(SignatureAlgorithm.EdDSA, Assert.Single(set.Keys).Algorithm);
        Assert.Contains("\"alg\":\"EdDSA\"", Encoding.ASCII.GetString(set.ToJson()), StringComparison.Ordinal);
    }

    private static string Token(Func<byte[], byte[]> change, string algorithm = "EdDSA") =>
        TokenForge.Sign(TokenForge.Header(algorithm, "ed"), TokenForge.Claims(), data => change(Sign(data)));

    private static byte[] Sign(byte[] data)
    {
        var signature = new byte[64];
        Key.Sign(data, signature);
        return signature;
    }

    private static byte[] WithS(byte[] signature, Func<BigInteger, BigInteger> change)
    {
        var s = change(new BigInteger(signature.AsSpan(32), isUnsigned: true)).ToByteArray(isUnsigned: true);
        return [.. signature[..32], .. s, .. new byte[32 - s.Length]];
    }

    // What PKCS#8 of RFC 8410 section 7 ends with is the private key.
    private static (byte[] X, byte[] D) Halves()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.EdDSA);
        return (key.ToVerificationKey().ToJwk().X!, key.ExportPrivateKey()[^32..]);
    }

    private static void Refused(byte[] x)
    {
        Sentence(() => VerificationKey.FromJwk(new Jwk { KeyType = "OKP", Curve = "Ed25519", X = x }));
        Assert.Empty(KeySet.Parse(Encoding.ASCII.GetBytes($$"""{"keys":[{"kty":"OKP","crv":"Ed25519","x":"{{TokenForge.Base64Url(x)}}"}]}""")).Keys);
    }

    private static void Sentence(Action load) => Assert.EndsWith(".", Assert.Throws<InvalidKeyException>(load).Message, StringComparison.Ordinal);
}
