// Keys for encryption that are refused when they are loaded, with a sentence, and never when they are used.
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwe;

public sealed class KeyLoadingTests
{
    private static Jwk Ec => JweForge.EcJwk;

    private static Jwk Rsa => JweForge.RsaJwk;

    [Theory]
    [InlineData("A128KW", 0)]
    [InlineData("A128KW", 15)]
    [InlineData("A128KW", 17)]
    [InlineData("A128KW", 32)]
    [InlineData("A256KW", 16)]
    [InlineData("A256KW", 24)]
    [InlineData("A256KW", 33)]
    [InlineData("dir", 0)]
    [InlineData("dir", 8)]
    [InlineData("dir", 24)]
    [InlineData("dir", 48)]
    [InlineData("dir", 65)]
    [InlineData("A128GCM", 32)]
    [InlineData("A256GCM", 16)]
    [InlineData("A128CBC-HS256", 16)]
    [InlineData("A256CBC-HS512", 32)]
    public void A_secret_of_another_length_is_refused(string algorithm, int length)
    {
        var jwk = new Jwk { KeyType = "oct", Algorithm = algorithm, K = new byte[length] };
        Refused(() => DecryptionKey.FromJwk(jwk));
        Refused(() => EncryptionKey.FromJwk(jwk));
    }

    [Theory]
    [InlineData(16, "A128GCM")]
    [InlineData(32, "A256GCM")]
    [InlineData(64, "A256CBC-HS512")]
    public void A_direct_key_without_a_name_is_for_the_algorithm_of_its_length(int length, string encryption)
    {
        var jwk = new Jwk { KeyType = "oct", K = new byte[length] };
        Refused(() => DecryptionKey.FromJwk(jwk));
        using var key = DecryptionKey.FromJwk(jwk, KeyManagementAlgorithm.Direct);
        Assert.Equal(encryption, key.Encryption!.Name);
    }

    [Fact]
    public void A_direct_key_is_for_one_content_encryption()
    {
        var jwk = new Jwk { KeyType = "oct", Algorithm = "A256GCM", K = new byte[32] };
        Refused(() => DecryptionKey.FromJwk(jwk, encryption: ContentEncryption.A128CbcHs256));
        Refused(() => DecryptionKey.FromJwk(jwk, KeyManagementAlgorithm.A256KW));
        using var key = DecryptionKey.FromJwk(jwk, KeyManagementAlgorithm.Direct, ContentEncryption.A256Gcm);
        Assert.Throws<ArgumentException>(() => JweEncrypter.Encrypt(key.ToEncryptionKey(), "a"u8, ContentEncryption.A128CbcHs256));
        Assert.Throws<InvalidOperationException>(() => key.ToEncryptionKey().ToJwk());
    }

    [Fact]
    public void A_weak_RSA_key_is_refused()
    {
        using var small = RSA.Create(1024);
        var p = small.ExportParameters(true);
        Refused(() => DecryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = p.Modulus, E = p.Exponent, D = p.D, P = p.P, Q = p.Q }));
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = p.Modulus, E = p.Exponent }));
        foreach (var exponent in new byte[][] { [], [0], [1], [2], [1, 0, 0], [1, 0, 0, 0, 1] })
            Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = Rsa.N, E = exponent }));
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = [.. Rsa.N![..^1], 0], E = [1, 0, 1] }));
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = [1, .. new byte[1100], 1], E = [1, 0, 1] }));
        // ROCA: 65537 to any power, modulo the product of small primes, is what its moduli look like; the number 65537^n is the plainest of them.
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = System.Numerics.BigInteger.Pow(65537, 127).ToByteArray(true, true), E = [1, 0, 1] }));
    }

    [Fact]
    public void A_private_RSA_key_whose_numbers_do_not_fit_is_refused()
    {
        Refused(() => DecryptionKey.FromJwk(With(Rsa, d: Flip(Rsa.D!))));
        Refused(() => DecryptionKey.FromJwk(With(Rsa, p: Flip(Rsa.P!))));
        Refused(() => DecryptionKey.FromJwk(With(Rsa, p: [1])));
        Refused(() => DecryptionKey.FromJwk(With(Rsa, d: [0])));
        foreach (var length in new[] { 1100, 200_000 })
        {
            var huge = Enumerable.Repeat((byte)0xfd, length).ToArray();
            Refused(() => DecryptionKey.FromJwk(With(Rsa, d: huge)));
            Refused(() => DecryptionKey.FromJwk(With(Rsa, p: huge)));
            Refused(() => DecryptionKey.FromJwk(With(Rsa, q: huge)));
        }
        Refused(() => DecryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = Rsa.N, E = Rsa.E }));
        Refused(() => DecryptionKey.FromJwk(new Jwk { KeyType = "RSA", N = Rsa.N, E = Rsa.E, D = Rsa.D }));
    }

    [Fact]
    public void A_point_that_is_not_on_its_curve_is_refused()
    {
        Refused(() => EncryptionKey.FromJwk(With(Ec, y: Flip(Ec.Y!))));
        Refused(() => EncryptionKey.FromJwk(With(Ec, x: Ec.Y)));
        Refused(() => EncryptionKey.FromJwk(With(Ec, x: [0, .. Ec.X!])));
        Refused(() => EncryptionKey.FromJwk(With(Ec, x: new byte[32], y: new byte[32])));
        Refused(() => EncryptionKey.FromJwk(With(Ec, curve: "P-384")));
        Refused(() => EncryptionKey.FromJwk(With(Ec, curve: "secp256k1")));
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "EC", X = Ec.X, Y = Ec.Y }));
        Refused(() => EncryptionKey.FromJwk(new Jwk { KeyType = "EC", Curve = "P-256", X = Ec.X }));
    }

    [Theory]
    [InlineData("nistP256", "P-256")]
    [InlineData("nistP384", "P-384")]
    [InlineData("nistP521", "P-521")]
    public void A_private_scalar_of_another_point_is_refused(string name, string curve)
    {
        var (one, other) = (JweForge.NewKey(ECCurve.CreateFromFriendlyName(name)), JweForge.NewKey(ECCurve.CreateFromFriendlyName(name)));
        var length = one.D!.Length;
        Load(one.D).Dispose();
        byte[][] wrong = [other.D!, Flip(one.D), new byte[length], [.. new byte[length - 1], 1], [.. Enumerable.Repeat((byte)0xff, length)], one.D[1..], [0, .. one.D], [], new byte[200_000]];
        foreach (var scalar in wrong)
            Refused(() => Load(scalar));
        Refused(() => DecryptionKey.FromJwk(new Jwk { KeyType = "EC", Curve = curve, X = one.Q.X, Y = one.Q.Y }));

        DecryptionKey Load(byte[] scalar) => DecryptionKey.FromJwk(new Jwk { KeyType = "EC", Curve = curve, X = one.Q.X, Y = one.Q.Y, D = scalar });
    }

    [Theory]
    [InlineData("\"use\":\"sig\"")]
    [InlineData("\"use\":\"tls\"")]
    [InlineData("\"key_ops\":[\"sign\"]")]
    [InlineData("\"key_ops\":[\"verify\"]")]
    [InlineData("\"alg\":\"ES256\"")]
    [InlineData("\"alg\":\"A128KW\"")]
    [InlineData("\"alg\":\"dir\"")]
    [InlineData("\"alg\":\"RSA-OAEP\"")]
    [InlineData("\"alg\":\"A256GCM\"")]
    [InlineData("\"alg\":\"ecdh-es\"")]
    [InlineData("\"alg\":\"\"")]
    public void A_key_for_something_else_is_refused(string member)
    {
        var jwk = Jwk.Parse(Encoding.ASCII.GetBytes($"{JweForge.Epk("P-256", Ec.X!, Ec.Y!, $",\"d\":\"{TokenForge.Base64Url(Ec.D!)}\",{member}")}"));
        Refused(() => DecryptionKey.FromJwk(jwk));
        Refused(() => EncryptionKey.FromJwk(jwk));
        Assert.Empty(EncryptionKeySet.Parse(Encoding.ASCII.GetBytes($$"""{"keys":[{{JweForge.Epk("P-256", Ec.X!, Ec.Y!, $",{member}")}}]}""")).Keys);
    }

    [Fact]
    public void Operations_are_those_of_the_half()
    {
        Refused(() => DecryptionKey.FromJwk(Operations("[]")));
        EncryptionKey.FromJwk(Operations("[]"));
        foreach (var operation in new[] { "deriveKey", "deriveBits" })
            DecryptionKey.FromJwk(Operations($"[\"sign\",\"{operation}\"]")).Dispose();
        Refused(() => DecryptionKey.FromJwk(Operations("[\"encrypt\"]")));
        Refused(() => EncryptionKey.FromJwk(Operations("[\"decrypt\"]")));

        static Jwk Operations(string list) => Jwk.Parse(Encoding.ASCII.GetBytes(JweForge.Epk("P-256", Ec.X!, Ec.Y!, $",\"d\":\"{TokenForge.Base64Url(Ec.D!)}\",\"key_ops\":{list}")));
    }

    [Fact]
    public void A_key_without_kid_is_published_and_found_by_its_thumbprint()
    {
        var jwk = new Jwk { KeyType = "EC", Curve = "P-256", X = Ec.X, Y = Ec.Y, D = Ec.D };
        using var key = DecryptionKey.FromJwk(jwk);
        Assert.Equal(jwk.Thumbprint(), key.KeyId);
        var published = Assert.Single(EncryptionKeySet.Parse(new EncryptionKeySet([key.ToEncryptionKey()]).ToJson()).Keys);
        Assert.True(new JweDecrypter([key]).TryDecrypt(Encoding.ASCII.GetBytes(JweEncrypter.Encrypt(published, "a"u8)), out _, out var rejection), $"{rejection}");
    }

    [Fact]
    public void Wiping_a_key_leaves_the_JWK_it_was_made_of()
    {
        foreach (var jwk in new[] { Ec, Rsa, new Jwk { KeyType = "oct", Algorithm = "A128KW", K = new byte[16] } })
        {
            var before = jwk.D?.ToArray();
            DecryptionKey.FromJwk(jwk).Dispose();
            Assert.Equal(before, jwk.D);
            DecryptionKey.FromJwk(jwk).Dispose();
        }
    }

    private static void Refused(Action load)
    {
        var fault = Assert.Throws<InvalidKeyException>(load);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
    }

    private static Jwk With(Jwk jwk, byte[]? d = null, byte[]? p = null, byte[]? q = null, byte[]? x = null, byte[]? y = null, string? curve = null) => new()
    {
        KeyType = jwk.KeyType,
        Curve = curve ?? jwk.Curve,
        X = x ?? jwk.X,
        Y = y ?? jwk.Y,
        N = jwk.N,
        E = jwk.E,
        D = d ?? jwk.D,
        P = p ?? jwk.P,
        Q = q ?? jwk.Q,
    };

    private static byte[] Flip(byte[] number) => [.. number[..^1], (byte)(number[^1] ^ 2)];
}
