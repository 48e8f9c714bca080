// The issuer's signing keys in use: what the store holds, put into the ring that every token is signed from.
using System.Collections.Concurrent;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class SigningKeys(KeyStore store) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly ConcurrentDictionary<string, OpenKey> _open = new(StringComparer.Ordinal);
    private IReadOnlyList<(string KeyId, KeyState State)> _inForce = [];

    public KeyRing Ring { get; } = new();

    /// <summary>
    /// Sees to it that an asymmetric algorithm has an active key and a published standby, and that the ring holds them. Symmetric
    /// ones have no key here: each resource has its own secret.
    /// </summary>
    public async Task EnsureAsync(SignatureAlgorithm algorithm, CancellationToken ct)
    {
        if (algorithm.IsSymmetric || Ring.Has(algorithm)) return;
        // Two steps, each with a key made outside the lock; of several nodes that do this at once, one makes each.
        while (!await IsCompleteAsync(algorithm, ct))
            await store.StepAsync(algorithm, Complete, ct);
        await ReloadAsync(ct);
    }

    /// <summary>Takes up what the store holds now, and answers it; what this or another node changed is then in force here.</summary>
    /// <exception cref="Storage.StorageException">The database cannot be read, or a row was altered. What is in force stays.</exception>
    public async Task<IReadOnlyList<StoredKey>> ReloadAsync(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var stored = await store.ReadAsync(revokedToo: false, ct);
            var states = stored.Select(key => (key.KeyId, key.State)).ToArray();
            if (states.SequenceEqual(_inForce)) return stored;

            foreach (var key in stored.Where(key => !_open.ContainsKey(key.KeyId)))
                _open[key.KeyId] = new OpenKey(store.Open(key), key.Number);
            // The standby before the retired ones: who reads only a part of a large set reads what it will need.
            Ring.Swap(
                stored.Where(key => key.State == KeyState.Active).Select(key => _open[key.KeyId].Signs),
                stored.Where(key => key.State is not KeyState.Active).OrderBy(key => key.State).Select(key => _open[key.KeyId].Verifies));
            // Requests under way may still sign with a key that is forgotten here, so it is not disposed of.
            foreach (var kid in _open.Keys.Except(states.Select(key => key.KeyId)))
                _open.TryRemove(kid, out _);
            _inForce = states;
            return stored;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>The number of the newest key in a set that the ring published.</summary>
    public long NewestOf(KeySet published)
    {
        var newest = 0L;
        foreach (var key in published.Keys)
        {
            if (_open.TryGetValue(key.KeyId!, out var open)) newest = Math.Max(newest, open.Number);
        }
        return newest;
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<bool> IsCompleteAsync(SignatureAlgorithm algorithm, CancellationToken ct) =>
        (await store.ReadAsync(revokedToo: false, ct)).Count(key => key.Algorithm == algorithm && key.State is KeyState.Active or KeyState.Standby) == 2;

    // The schedule's steps that no time brings.
    private static KeyPlan Complete(IReadOnlyList<StoredKey> keys) =>
        KeySchedule.Next(keys.Select(key => key.Scheduled), default, DateTimeOffset.MinValue, new KeyPolicy());

    private sealed class OpenKey(SigningKey key, long number)
    {
        public SigningKey Signs { get; } = key;

        public VerificationKey Verifies { get; } = key.ToVerificationKey();

        public long Number { get; } = number;
    }
}
