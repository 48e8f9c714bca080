// The issuer's signing keys in use: what the store holds, put into the ring that every token is signed from.
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class SigningKeys(KeyStore store) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly HashSet<SignatureAlgorithm> _ready = [];

    public KeyRing Ring { get; } = new();

    /// <summary>
    /// Sees to it that an asymmetric algorithm has an active key and a published standby, and that the ring holds them. Symmetric
    /// ones have no key here: each resource has its own secret.
    /// </summary>
    public async Task EnsureAsync(SignatureAlgorithm algorithm, CancellationToken ct)
    {
        if (algorithm.IsSymmetric) return;
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_ready.Contains(algorithm)) return;
            var keys = await store.EnsureAsync(algorithm, ct);
            Ring.Swap(
                keys.Where(key => key.State == KeyState.Active).Select(key => key.Key),
                keys.Where(key => key.State == KeyState.Standby).Select(key => key.Key.ToVerificationKey()));
            _ready.Add(algorithm);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
