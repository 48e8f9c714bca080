// A private RSA JWK may come without its Chinese-remainder members (RFC 7518 §6.3.2); the platform wants them.
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Keys;

internal static class RsaNumbers
{
    public static RSAParameters Complete(Jwk jwk)
    {
        // Before any arithmetic: a modulus without a bound would cost time without a bound.
        RsaStrength.Check(new RSAParameters { Modulus = KeyBinding.Need(jwk.N, "n"), Exponent = KeyBinding.Need(jwk.E, "e") });
        var n = Read(jwk.N!);
        var d = Read(KeyBinding.Need(jwk.D, "d"));
        var p = Read(KeyBinding.Need(jwk.P, "p"));
        var q = Read(KeyBinding.Need(jwk.Q, "q"));
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

    private static BigInteger Read(byte[] number) => new(number, isUnsigned: true, isBigEndian: true);

    private static byte[] Write(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > length)
            throw new InvalidKeyException("A number of the RSA key is longer than its modulus allows. Check that the key was copied whole.");
        var padded = new byte[length];
        bytes.CopyTo(padded, length - bytes.Length);
        return padded;
    }
}
