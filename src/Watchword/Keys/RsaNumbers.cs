// The numbers of an RSA JWK as the platform wants them: no zero octet in front, and a private key with its Chinese-remainder members,
// which it may come without (RFC 7518 §6.3.2).
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Keys;

internal static class RsaNumbers
{
    public static RSAParameters Public(Jwk jwk) => new()
    {
        Modulus = Trim(Jwk.Need(jwk.N, "n")),
        Exponent = Trim(Jwk.Need(jwk.E, "e")),
    };

    public static RSAParameters Complete(Jwk jwk)
    {
        // Before any arithmetic: a modulus without a bound would cost time without a bound.
        RsaStrength.Check(Public(jwk));
        var n = Read(jwk.N!);
        var d = Read(Jwk.Need(jwk.D, "d"));
        var p = Read(Jwk.Need(jwk.P, "p"));
        var q = Read(Jwk.Need(jwk.Q, "q"));
        if (p <= 1 || q <= 1 || p * q != n)
            throw new InvalidKeyException("The RSA key's p and q do not multiply to n. Check that the key was copied whole.");
        var full = n.GetByteCount(isUnsigned: true);
        var half = (full + 1) / 2;
        return new RSAParameters
        {
            Modulus = Write(n, full),
            Exponent = jwk.E,
            D = Write(d, full),
            P = Write(p, half),
            Q = Write(q, half),
            DP = Write(d % (p - 1), half),
            DQ = Write(d % (q - 1), half),
            // q is invertible modulo the prime p; Fermat gives the inverse.
            InverseQ = Write(BigInteger.ModPow(q, p - 2, p), half),
        };
    }

    /// <summary>The members of a private key.</summary>
    public static Jwk ToJwk(RSAParameters key) => new()
    {
        KeyType = "RSA",
        N = key.Modulus,
        E = key.Exponent,
        D = [.. key.D!],
        P = [.. key.P!],
        Q = [.. key.Q!],
        DP = [.. key.DP!],
        DQ = [.. key.DQ!],
        QI = [.. key.InverseQ!],
    };

    // Longer numbers are of no key that is loaded, and reckoning with them could take hours.
    private static BigInteger Read(byte[] number) => number.Length <= RsaStrength.MostBits / 8 + 1
        ? new BigInteger(number, isUnsigned: true, isBigEndian: true)
        : throw new InvalidKeyException($"A number of the RSA key has {number.Length} bytes; keys of more than {RsaStrength.MostBits} bits are not loaded.");

    private static byte[] Write(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > length)
            throw new InvalidKeyException("A number of the RSA key is longer than its modulus allows. Check that the key was copied whole.");
        var padded = new byte[length];
        bytes.CopyTo(padded, length - bytes.Length);
        return padded;
    }

    // Some publishers prefix a zero octet, which RFC 7518 §6.3.1.1 warns of; the number is the same.
    private static byte[] Trim(byte[] number)
    {
        var start = Array.FindIndex(number, digit => digit != 0);
        return start <= 0 ? number : number[start..];
    }
}
