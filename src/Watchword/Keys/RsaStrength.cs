// Which RSA keys are refused when they are loaded: too short, too long to be borne, bad exponents, and the ROCA family.
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Keys;

internal static class RsaStrength
{
    public const int GeneratedBits = 3072;
    private const int LeastBits = 2048;
    public const int MostBits = 8192;

    // CVE-2017-15361: moduli of the Infineon library are powers of 65537 modulo each of these primes. A modulus that is not
    // from it passes all of them with a chance of less than 2^-27.
    private static readonly int[] RocaPrimes =
        [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

    private static readonly bool[][] RocaResidues = Array.ConvertAll(RocaPrimes, PowersOf65537);

    public static void Check(RSAParameters key)
    {
        var modulus = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        var exponent = new BigInteger(key.Exponent, isUnsigned: true, isBigEndian: true);
        var bits = (int)modulus.GetBitLength();
        if (bits < LeastBits)
            throw new InvalidKeyException($"The RSA key has {bits} bits; at least {LeastBits} are required (RFC 7518 section 3.3). Generate a new one.");
        if (bits > MostBits)
            throw new InvalidKeyException($"The RSA key has {bits} bits; more than {MostBits} cost too much to verify. Generate a shorter one.");
        if (modulus.IsEven || exponent.IsEven || exponent < 3 || exponent.GetBitLength() > 32)
            throw new InvalidKeyException("The RSA key's modulus or public exponent is not acceptable: the exponent must be odd, from 3 to 32 bits long. Generate a new key with the exponent 65537.");
        if (IsRoca(modulus))
            throw new InvalidKeyException("The RSA key was made by a library whose keys can be factored (ROCA, CVE-2017-15361). Generate a new one elsewhere.");
    }

    private static bool IsRoca(BigInteger modulus)
    {
        for (var i = 0; i < RocaPrimes.Length; i++)
        {
            if (!RocaResidues[i][(int)(modulus % RocaPrimes[i])])
                return false;
        }
        return true;
    }

    private static bool[] PowersOf65537(int prime)
    {
        var residues = new bool[prime];
        for (int power = 1, i = 0; i < prime; i++, power = power * (65537 % prime) % prime)
            residues[power] = true;
        return residues;
    }
}
