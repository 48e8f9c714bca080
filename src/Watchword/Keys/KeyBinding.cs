// Ties a JWK to the one algorithm it serves, and turns what the platform says of a bad key into our own word.
using System.Security.Cryptography;

namespace Watchword.Keys;

internal static class KeyBinding
{
    public static SignatureAlgorithm Bind(Jwk jwk, SignatureAlgorithm? configured)
    {
        var own = Own(jwk);
        var bound = own ?? configured
            ?? throw new InvalidKeyException($"The {jwk.KeyType} key names no algorithm. Add alg to it, or say which algorithm it is for.");
        if (configured is not null && own is not null && own != configured)
            throw new InvalidKeyException($"The key is for {own}, not for {configured}.");
        if (bound.KeyType != jwk.KeyType)
            throw new InvalidKeyException($"{bound} needs a key of type {bound.KeyType}; this one is {jwk.KeyType}.");
        if (bound.Family.Curve is { } curve && curve != jwk.Curve)
            throw new InvalidKeyException($"{bound} needs a key on {curve}; this one is on {jwk.Curve}.");
        return bound;
    }

    public static T Guard<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException or ArgumentException)
        {
            throw new InvalidKeyException("The key cannot be loaded: its members do not fit each other. Check that it was copied whole.", fault);
        }
    }

    private static SignatureAlgorithm? Own(Jwk jwk)
    {
        if (jwk.Algorithm is { } name)
        {
            return SignatureAlgorithm.TryFind(name, out var named)
                ? named
                : throw new InvalidKeyException("The key is for an algorithm that is not supported.");
        }
        return jwk.KeyType is not ("EC" or "OKP") ? null
            : SignatureAlgorithm.All.FirstOrDefault(row => row.KeyType == jwk.KeyType && row.Family.Curve == jwk.Curve)
                ?? throw new InvalidKeyException("The key is on a curve that is not supported; P-256, P-384, P-521 and Ed25519 are.");
    }
}
