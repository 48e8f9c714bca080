// SECURITY.md item 13: the sender's key of ECDH-ES (RFC 7518 §4.6.1.1, CVE-2017-16007): points that are no points, and keys that are no keys.
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Tests.Attacks;

public sealed class JweCurveAttacks
{
    private static readonly BigInteger Prime = (BigInteger.One << 256) - (BigInteger.One << 224) + (BigInteger.One << 192) + (BigInteger.One << 96) - 1;
    private static readonly BigInteger B = BigInteger.Parse("05ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private static readonly JweTarget Target = new();

    [Fact]
    public void A_point_off_the_curve_is_refused()
    {
        for (var i = 0; i < 24; i++)
        {
            var (x, y) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
            Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", x, y))}");
            Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, y))}");
            Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.Y!, sender.Q.X!))}");
        }
        foreach (var (x, y) in new[] { (0, 0), (0, 1), (1, 1), (5, 1) })
            Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", Bytes(x), Bytes(y)))}");
    }

    [Fact]
    public void A_point_of_the_twist_or_of_another_b_is_refused()
    {
        // Points of small order live on curves that differ in b alone, which the sum of two points never looks at.
        var found = 0;
        for (var x = BigInteger.One; found < 12; x++)
        {
            foreach (var b in new[] { B + found + 1, BigInteger.Zero, BigInteger.One })
            {
                var square = Modulo(x * x * x - 3 * x + b);
                var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
                if (Modulo(y * y) != square || Modulo(x * x * x - 3 * x + B) == square)
                    continue;
                found++;
                Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", Bytes(x), Bytes(y)))}");
            }
        }
    }

    [Fact]
    public void Coordinates_at_or_above_the_prime_are_refused()
    {
        byte[][] outside = [Bytes(Prime), Bytes(Prime + 1), [.. Enumerable.Repeat((byte)0xff, 32)]];
        foreach (var coordinate in outside)
        {
            Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", coordinate, sender.Q.Y!))}");
            Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, coordinate))}");
        }
        // The same point, spelt with a number too large: everything else about the token is right.
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", Add(sender.Q.X!), sender.Q.Y!))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, Add(sender.Q.Y!)))}");
    }

    [Fact]
    public void Coordinates_of_another_length_are_refused()
    {
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", [0, .. sender.Q.X!], sender.Q.Y!))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, [0, .. sender.Q.Y!]))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", [.. sender.Q.X!, 0], sender.Q.Y!))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X![1..], sender.Q.Y!))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", [], []))}");
        Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", new byte[1500], new byte[1]))}");
    }

    [Theory]
    [InlineData("P-384")]
    [InlineData("P-521")]
    [InlineData("secp256k1")]
    [InlineData("brainpoolP256r1")]
    [InlineData("P-256K")]
    [InlineData("p-256")]
    [InlineData("P-256 ")]
    [InlineData("X25519")]
    [InlineData("")]
    public void Another_curve_is_refused_also_when_the_point_would_fit(string curve) =>
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk(curve, sender.Q.X!, sender.Q.Y!))}");

    [Fact]
    public void Points_of_other_curves_are_refused()
    {
        foreach (var (name, curve) in new[] { ("P-384", ECCurve.NamedCurves.nistP384), ("P-521", ECCurve.NamedCurves.nistP521), ("P-256", ECCurve.NamedCurves.brainpoolP256r1) })
        {
            var other = JweForge.NewKey(curve).Q;
            Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk(name, other.X!, other.Y!))}");
            Target.CannotDecrypt($"{JweForge.OfEcdh(_ => JweForge.Epk("P-256", other.X!, other.Y!))}");
        }
    }

    [Fact]
    public void A_private_part_in_the_sender_s_key_is_refused()
    {
        foreach (var name in new[] { "d", "k", "p", "q", "dp", "dq", "qi" })
            Target.Refuses(RejectionCode.Malformed, $"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!, $",\"{name}\":\"{TokenForge.Base64Url(sender.D!)}\""))}");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"P-256\"")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("{\"kty\":\"EC\"}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\"}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":1,\"y\":2}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA==\",\"y\":\"AA==\"}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":null,\"x\":\"AAAA\",\"y\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":[\"P-256\"],\"x\":\"AAAA\",\"y\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQAB\"}")]
    [InlineData("{\"kty\":\"oct\",\"k\":\"AAAA\"}")]
    [InlineData("{\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"EC\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}")]
    public void What_is_no_public_EC_key_is_malformed(string epk) => Target.Refuses(RejectionCode.Malformed, $"{JweForge.OfEcdh(_ => epk)}");

    [Theory]
    [InlineData("\"apu\":1")]
    [InlineData("\"apu\":null")]
    [InlineData("\"apv\":{}")]
    [InlineData("\"apu\":\"a b\"")]
    [InlineData("\"apu\":\"AA==\"")]
    [InlineData("\"apv\":\"A\"")]
    [InlineData("\"apv\":\"AB\"")]
    public void A_party_that_is_not_base64url_is_malformed(string member) =>
        Target.Refuses(RejectionCode.Malformed, $"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!), $",{member}")}");

    [Fact]
    public void A_party_is_part_of_the_key() =>
        Target.CannotDecrypt($"{JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!), ",\"apu\":\"AAAA\"")}");

    private static BigInteger Modulo(BigInteger number) => (number % Prime + Prime) % Prime;

    private static byte[] Add(byte[] coordinate) => Bytes(new BigInteger(coordinate, isUnsigned: true, isBigEndian: true) + Prime);

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[Math.Max(0, 32 - bytes.Length)], .. bytes];
    }
}
