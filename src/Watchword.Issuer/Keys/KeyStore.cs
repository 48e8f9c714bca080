using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal enum KeyState
{
    Active,
    Standby,
}

internal sealed record StoredKey(SigningKey Key, KeyState State, DateTimeOffset Created, DateTimeOffset? Activated);

internal sealed class KeyStore(Database database, DataKeys dataKeys, TimeProvider clock)
{
    /// <summary>All signing keys of all algorithms.</summary>
    public Task<IReadOnlyList<StoredKey>> LoadAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Makes the active and the standby key of an algorithm when they are missing, and answers all keys of all algorithms, for KeyRing.Swap.</summary>
    public Task<IReadOnlyList<StoredKey>> EnsureAsync(SignatureAlgorithm algorithm, CancellationToken ct) => throw new NotImplementedException();
}
