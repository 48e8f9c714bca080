// How an API key is stored: HMAC-SHA-256 under a versioned data key. A secret of 256 random bits needs no slow hash.
using System.Security.Cryptography;
using Watchword.Issuer.Keys;

namespace Watchword.Issuer.Clients;

internal static class CredentialHash
{
    /// <summary>Hashes a key under a version of the data key.</summary>
    public static byte[] Compute(DataKeys keys, long version, ApiKey key)
    {
        Span<byte> text = stackalloc byte[ApiKey.HashedLength];
        key.CopyHashed(text);
        var hash = HMACSHA256.HashData(keys.ApiKeyHashing(version), text);
        CryptographicOperations.ZeroMemory(text);
        return hash;
    }

    /// <summary>Compares two hashes in a time that does not depend on where they differ.</summary>
    public static bool Matches(byte[] presented, byte[] stored) => CryptographicOperations.FixedTimeEquals(presented, stored);
}
