// The three curves of RFC 7518 §6.2.1.1, tied to the one algorithm each is used with (§3.4).
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class EllipticCurve
{
    private const string Ones = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    private readonly BigInteger _prime;
    private readonly BigInteger _b;

    private EllipticCurve(string name, ECCurve curve, int coordinateLength, string prime, string b)
    {
        Name = name;
        Curve = curve;
        CoordinateLength = coordinateLength;
        _prime = Hex(prime);
        _b = Hex(b);
    }

    public static EllipticCurve P256 { get; } = new(
        "P-256", ECCurve.NamedCurves.nistP256, 32,
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    public static EllipticCurve P384 { get; } = new(
        "P-384", ECCurve.NamedCurves.nistP384, 48,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef");

    public static EllipticCurve P521 { get; } = new(
        "P-521", ECCurve.NamedCurves.nistP521, 66,
        "1ff" + Ones + Ones,
        "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00");

    public static IReadOnlyList<EllipticCurve> All { get; } = [P256, P384, P521];

    public string Name { get; }

    public ECCurve Curve { get; }

    /// <summary>The length of one coordinate, and of half a signature, in bytes.</summary>
    public int CoordinateLength { get; }

    /// <summary>Whether y² = x³ − 3x + b holds; not every platform asks when it loads a key.</summary>
    public bool Contains(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var bigX = new BigInteger(x, isUnsigned: true, isBigEndian: true);
        var bigY = new BigInteger(y, isUnsigned: true, isBigEndian: true);
        return bigX < _prime && bigY < _prime && ((bigY * bigY - (bigX * bigX * bigX - 3 * bigX + _b)) % _prime).IsZero;
    }

    /// <summary>The members of a private key on this curve.</summary>
    public Jwk ToJwk(ECParameters key) => new() { KeyType = "EC", Curve = Name, X = key.Q.X, Y = key.Q.Y, D = [.. key.D!] };

    private static BigInteger Hex(string text) => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
