// SECURITY.md item 4: the numbers and lengths a forged signature can have (RFC 7518 §3.3, §3.4; CVE-2022-21449; Bleichenbacher 2006).
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Watchword.Keys;
using Watchword.Tests.Keys;

namespace Watchword.Tests.Attacks;

public sealed class SignatureValueAttacks
{
    private static readonly Dictionary<string, string> Orders = new()
    {
        ["ES256"] = "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ["ES384"] = "0ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ["ES512"] = "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    };

    public static TheoryData<string> Curves => [.. Orders.Keys];

    public static TheoryData<string> Algorithms => [.. SignatureAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Curves))]
    public void No_number_at_the_edge_is_half_of_an_ECDSA_signature(string name)
    {
        var target = Trusting(name, out var sign);
        var length = SampleKeys.Of(name).SignatureLength / 2;
        var order = BigInteger.Parse(Orders[name], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        BigInteger[] edges = [0, 1, 2, order / 2, order - 2, order - 1, order, order + 1, (BigInteger.One << 8 * length) - 1];
        foreach (var one in edges.Where(edge => edge.GetBitLength() <= 8 * length).Select(edge => Bytes(edge, length)))
        {
            Refuses(target, name, data => [.. one, .. sign(data)[length..]]);
            Refuses(target, name, data => [.. sign(data)[..length], .. one]);
            foreach (var other in edges.Where(edge => edge.GetBitLength() <= 8 * length).Select(edge => Bytes(edge, length)))
                Refuses(target, name, _ => [.. one, .. other]);
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void The_other_half_of_the_curve_makes_no_other_token(string name)
    {
        // (r, n - s) is as good a signature as (r, s), and RFC 7518 allows both: what it signs is the same. (n - r, s) is not.
        var target = Trusting(name, out var sign);
        var length = SampleKeys.Of(name).SignatureLength / 2;
        var order = BigInteger.Parse(Orders[name], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] Mirror(byte[] half) => Bytes(order - new BigInteger(half, isUnsigned: true, isBigEndian: true), length);
        byte[] signature = [];
        Assert.Equal("t-1", target.Accepts(TokenForge.Sign(TokenForge.Header(name, "k"), TokenForge.Claims(), data =>
        {
            signature = sign(data);
            return [.. signature[..length], .. Mirror(signature[length..])];
        })).TokenId);
        Refuses(target, name, _ => [.. Mirror(signature[..length]), .. signature[length..]]);
        Refuses(target, name, _ => [.. Mirror(signature[..length]), .. Mirror(signature[length..])]);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_signature_of_any_other_length_is_refused(string name)
    {
        var target = Trusting(name, out var sign);
        byte[] good = [];
        var token = TokenForge.Sign(TokenForge.Header(name, "k"), TokenForge.Claims(), data => good = sign(data));
        target.Accepts(token);
        var signed = token[..(token.LastIndexOf('.') + 1)];
        for (var length = 0; length <= 2 * good.Length + 1; length++)
        {
            if (length == good.Length)
                continue;
            byte[] twice = [.. good, .. good, 0];
            byte[] zeros = [.. new byte[good.Length + 1], .. good];
            target.Refuses(RejectionCode.BadSignature, signed + TokenForge.Base64Url(twice.AsSpan(..length)));
            target.Refuses(RejectionCode.BadSignature, signed + TokenForge.Base64Url(zeros.AsSpan(^length..)));
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_signature_with_any_byte_changed_is_refused(string name)
    {
        var target = Trusting(name, out var sign);
        byte[] good = [];
        var token = TokenForge.Sign(TokenForge.Header(name, "k"), TokenForge.Claims(), data => good = sign(data));
        var signed = token[..(token.LastIndexOf('.') + 1)];
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= (byte)(1 << i % 8);
            target.Refuses(RejectionCode.BadSignature, signed + TokenForge.Base64Url(bad));
        }
    }

    [Fact]
    public void A_cube_root_is_no_RSA_signature_although_the_exponent_is_three()
    {
        // With e = 3 nobody needs the private key to make a signature whose cube begins with the right bytes: garbage must not be skipped.
        var modulus = TokenForge.Rsa.ExportParameters(false).Modulus!;
        var key = VerificationKey.FromJwk(new Jwk { KeyType = "RSA", KeyId = "k", Algorithm = "RS256", N = modulus, E = [3] });
        byte[] info = [.. Convert.FromHexString("3031300d060960864801650304020105000420")];
        foreach (var ones in new[] { 1, 8, 25 })
        {
            Refuses(new Target(key), "RS256", data =>
            {
                byte[] start = [0, 1, .. Enumerable.Repeat((byte)0xff, ones), 0, .. info, .. SHA256.HashData(data)];
                var low = new BigInteger([.. start, .. new byte[256 - start.Length]], isUnsigned: true, isBigEndian: true);
                var root = CubeRoot(low) + 1;
                Assert.Equal(start, Bytes(BigInteger.Pow(root, 3), 256)[..start.Length]);
                return Bytes(root, 256);
            });
        }
    }

    private static Target Trusting(string name, out Func<byte[], byte[]> sign)
    {
        var key = SigningKey.Import(SampleKeys.Find(name), SampleKeys.Of(name).ExportPrivateKey(), "k");
        sign = data =>
        {
            var signature = new byte[key.SignatureLength];
            key.Sign(data, signature);
            return signature;
        };
        return new Target(key.ToVerificationKey());
    }

    private static void Refuses(Target target, string name, Func<byte[], byte[]> sign) =>
        target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header(name, "k"), TokenForge.Claims(), sign));

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }

    private static BigInteger CubeRoot(BigInteger number)
    {
        var (low, high) = (BigInteger.Zero, BigInteger.One << (int)(number.GetBitLength() / 3 + 1));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (BigInteger.Pow(middle, 3) <= number)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
