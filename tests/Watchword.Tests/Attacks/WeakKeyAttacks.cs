// Traps: weak and false keys are refused when they are loaded, not when they are used (RFC 7518 §3.2–3.4, RFC 8725 §3.2, §3.4).
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

public sealed class WeakKeyAttacks
{
    private static readonly int[] FirstPrimes = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167];

    [Theory]
    [InlineData("HS256", 31)]
    [InlineData("HS256", 0)]
    [InlineData("HS256", 1)]
    [InlineData("HS384", 47)]
    [InlineData("HS512", 63)]
    [InlineData("HS512", 32)]
    public void A_secret_shorter_than_its_hash_is_refused(string name, int length)
    {
        Assert.True(SignatureAlgorithm.TryFind(name, out var algorithm));
        var secret = RandomNumberGenerator.GetBytes(length);
        Sentence(() => VerificationKey.FromSecret(algorithm, secret, "k"));
        Sentence(() => SigningKey.Import(algorithm, secret, "k"));
        var jwk = Jwk.Parse(Encoding.ASCII.GetBytes($$"""{"kty":"oct","alg":"{{name}}","k":"{{TokenForge.Base64Url(secret)}}"}"""));
        Sentence(() => VerificationKey.FromJwk(jwk));
        Sentence(() => SigningKey.FromJwk(jwk));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2040)]
    public void RSA_under_2048_bits_is_refused(int bits)
    {
        using var rsa = RSA.Create(bits);
        Sentence(() => Public(rsa.ExportParameters(false)));
        Sentence(() => SigningKey.Import(SignatureAlgorithm.PS256, rsa.ExportPkcs8PrivateKey()));
        Unpublished(rsa.ExportParameters(false));
    }

    [Fact]
    public void RSA_of_2047_bits_in_256_bytes_is_refused()
    {
        var key = TokenForge.Rsa.ExportParameters(false);
        key.Modulus![0] &= 0x7f;
        key.Modulus[0] |= 0x40;
        Sentence(() => Public(key));
    }

    [Fact]
    public void RSA_over_8192_bits_is_refused()
    {
        var key = TokenForge.Rsa.ExportParameters(false);
        var modulus = new byte[1025];
        RandomNumberGenerator.Fill(modulus);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        Sentence(() => Public(key with { Modulus = modulus }));
        Sentence(() => Public(key with { Modulus = [.. modulus, .. new byte[100_000], 1] }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("04")]
    [InlineData("010000")]
    [InlineData("0100000001")]
    public void An_RSA_exponent_that_is_one_even_or_huge_is_refused(string hex)
    {
        var key = TokenForge.Rsa.ExportParameters(false) with { Exponent = Convert.FromHexString(hex) };
        Sentence(() => Public(key));
        Unpublished(key);
    }

    [Fact]
    public void An_even_RSA_modulus_is_refused()
    {
        var key = TokenForge.Rsa.ExportParameters(false);
        key.Modulus![^1] &= 0xfe;
        Sentence(() => Public(key));
    }

    [Fact]
    public void A_ROCA_modulus_is_refused()
    {
        // Infineon's primes are k * M + (65537 ^ a mod M), so that the modulus is a power of 65537 modulo every small prime: CVE-2017-15361.
        var product = FirstPrimes.Aggregate(BigInteger.One, (all, prime) => all * prime);
        foreach (var power in new[] { 1, 7, 12345 })
        {
            var modulus = (BigInteger.One << 2047) + RandomBelow(BigInteger.One << 1900) * product * 2;
            modulus += BigInteger.ModPow(65537, power, product) - modulus % product;
            if (modulus.IsEven)
                modulus += product;
            Assert.Equal(2048, modulus.GetBitLength());
            Assert.All(FirstPrimes, prime => Assert.Contains(modulus % prime, Powers(prime)));
            var fault = Sentence(() => Public(new RSAParameters { Modulus = modulus.ToByteArray(true, true), Exponent = [1, 0, 1] }));
            Assert.Contains("ROCA", fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ordinary_RSA_keys_are_not_taken_for_ROCA()
    {
        for (var i = 0; i < 3; i++)
        {
            using var rsa = RSA.Create(2048);
            Public(rsa.ExportParameters(false));
        }
        Public(TokenForge.Rsa.ExportParameters(false) with { Exponent = [3] });
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    public void A_point_off_the_curve_is_refused(string curve)
    {
        using var ec = ECDsa.Create(ECCurve.CreateFromFriendlyName($"nist{curve.Replace("-", "", StringComparison.Ordinal)}"));
        var good = ec.ExportParameters(false).Q;
        var length = good.X!.Length;
        Point(curve, good.X, good.Y!);
        var prime = curve switch
        {
            "P-256" => (BigInteger.One << 256) - (BigInteger.One << 224) + (BigInteger.One << 192) + (BigInteger.One << 96) - 1,
            "P-384" => (BigInteger.One << 384) - (BigInteger.One << 128) - (BigInteger.One << 96) + (BigInteger.One << 32) - 1,
            _ => (BigInteger.One << 521) - 1,
        };
        foreach (var (x, y) in new[]
        {
            (new byte[length], new byte[length]),
            (good.X, Flip(good.Y!)),
            (Flip(good.X), good.Y!),
            (good.Y!, good.X),
            (good.X, new byte[length]),
            (Enumerable.Repeat((byte)0xff, length).ToArray(), good.Y!),
            (prime.ToByteArray(true, true), good.Y!),
            (good.X[1..], good.Y!),
            ([0, .. good.X], good.Y!),
            (good.X, [.. good.Y!, 0]),
            ([], []),
        })
        {
            Sentence(() => Point(curve, x, y));
        }
    }

    [Fact]
    public void A_coordinate_with_the_prime_added_is_refused()
    {
        // x + p stands for the same number and fits into 32 bytes only when x is small; such a key has two spellings.
        var prime = (BigInteger.One << 256) - (BigInteger.One << 224) + (BigInteger.One << 192) + (BigInteger.One << 96) - 1;
        var b = BigInteger.Parse("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        var found = 0;
        for (var x = BigInteger.Zero; found < 3; x++)
        {
            var square = (x * x * x - 3 * x + b) % prime;
            square = square.Sign < 0 ? square + prime : square;
            var y = BigInteger.ModPow(square, (prime + 1) / 4, prime);
            if (y * y % prime != square)
                continue;
            found++;
            Point("P-256", Bytes(x), Bytes(y));
            Sentence(() => Point("P-256", Bytes(x + prime), Bytes(y)));
        }
    }

    [Fact]
    public void A_private_key_of_another_kind_is_refused()
    {
        using var rsa = RSA.Create(2048);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var brainpool = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var spelt = ECDsa.Create(p256.ExportExplicitParameters(true));
        foreach (var (algorithm, key) in new[]
        {
            (SignatureAlgorithm.ES256, rsa.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.ES256, p384.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.ES384, p256.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.ES256, brainpool.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.ES256, spelt.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.RS256, p256.ExportPkcs8PrivateKey()),
            (SignatureAlgorithm.ES256, p256.ExportPkcs8PrivateKey()[..^1]),
            (SignatureAlgorithm.ES256, p256.ExportSubjectPublicKeyInfo()),
            (SignatureAlgorithm.ES256, []),
            (SignatureAlgorithm.RS256, [.. Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem())]),
        })
        {
            Sentence(() => SigningKey.Import(algorithm, key));
        }
    }

    [Fact]
    public void A_private_JWK_whose_halves_do_not_fit_is_refused()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (a, b) = (one.ExportParameters(true), other.ExportParameters(true));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "EC", Curve = "P-256", X = a.Q.X, Y = a.Q.Y, D = b.D }));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "EC", Curve = "P-256", X = a.Q.X, Y = a.Q.Y, D = new byte[32] }));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "EC", Curve = "P-256", X = a.Q.X, Y = a.Q.Y }));
        using var rsa = RSA.Create(2048);
        var r = rsa.ExportParameters(true);
        Jwk Rsa(byte[]? p = null, byte[]? d = null) => new() { KeyType = "RSA", Algorithm = "RS256", N = r.Modulus, E = r.Exponent, D = d ?? r.D, P = p ?? r.P, Q = r.Q };
        SigningKey.FromJwk(Rsa()).Dispose();
        Sentence(() => SigningKey.FromJwk(Rsa(p: Flip(r.P!))));
        Sentence(() => SigningKey.FromJwk(Rsa(p: [0])));
        Sentence(() => SigningKey.FromJwk(Rsa(p: [1])));
        Sentence(() => SigningKey.FromJwk(Rsa(d: Flip(r.D!))));
        Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "RSA", Algorithm = "RS256", N = r.Modulus, E = r.Exponent }));
    }

    [Fact]
    public void A_private_RSA_JWK_without_a_bound_is_refused_before_it_is_reckoned_with()
    {
        var prime = new byte[3000];
        prime[0] = prime[^1] = 1;
        var modulus = BigInteger.Pow(new BigInteger(prime, isUnsigned: true, isBigEndian: true), 2).ToByteArray(true, true);
        var fault = Sentence(() => SigningKey.FromJwk(new Jwk { KeyType = "RSA", Algorithm = "RS256", N = modulus, E = [1, 0, 1], D = modulus, P = prime, Q = prime }));
        Assert.Contains("8192", fault, StringComparison.Ordinal);
    }

    private static string Sentence(Action load)
    {
        var fault = Assert.Throws<InvalidKeyException>(load);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
        return fault.Message;
    }

    private static VerificationKey Public(RSAParameters key) =>
        VerificationKey.FromJwk(new Jwk { KeyType = "RSA", Algorithm = "RS256", N = key.Modulus, E = key.Exponent });

    private static VerificationKey Point(string curve, byte[] x, byte[] y) => VerificationKey.FromJwk(new Jwk { KeyType = "EC", Curve = curve, X = x, Y = y });

    private static void Unpublished(RSAParameters key) => Assert.Empty(KeySet.Parse(Encoding.ASCII.GetBytes(
        $$"""{"keys":[{"kty":"RSA","n":"{{TokenForge.Base64Url(key.Modulus)}}","e":"{{TokenForge.Base64Url(key.Exponent)}}"}]}""")).Keys);

    private static byte[] Flip(byte[] number) => [.. number[..^1], (byte)(number[^1] ^ 2)];

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(true, true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static IEnumerable<BigInteger> Powers(int prime) => Enumerable.Range(0, prime).Select(power => BigInteger.ModPow(65537, power, prime));

    private static BigInteger RandomBelow(BigInteger bound)
    {
        var bytes = RandomNumberGenerator.GetBytes(220);
        return new BigInteger(bytes, isUnsigned: true) % bound;
    }
}
