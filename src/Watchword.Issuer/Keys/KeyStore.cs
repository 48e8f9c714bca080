// The signing keys at rest: for each algorithm one that signs, one that will sign next, and those that signed, encrypted and bound to
// their rows. A change is decided inside the write lock, on the keys as they are there: of nodes that race, one makes it.
using System.Security.Cryptography;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeyStore(Database database, DataKeys dataKeys, TimeProvider clock)
{
    private const string Purpose = "signing-key";

    /// <summary>The keys of all algorithms, the newest first; revoked ones only if asked for.</summary>
    /// <exception cref="StorageException">A row was altered.</exception>
    public Task<IReadOnlyList<StoredKey>> ReadAsync(bool revokedToo, CancellationToken ct) => database.ReadAsync(
        $"SELECT {StoredKey.Columns} FROM signing_key {(revokedToo ? "" : "WHERE state <> 'revoked'")} ORDER BY number DESC", StoredKey.FromRow, ct);

    /// <summary>
    /// Carries out the next step of one algorithm's keys, if there is one. What is decided outside the lock only says whether a new key
    /// will be needed: making one of RSA takes a second.
    /// </summary>
    /// <param name="algorithm">What the keys sign by.</param>
    /// <param name="decide">Says what to do with the keys of the algorithm; it is asked again under the lock.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <returns>What was changed: nothing if there was no step, or if it became another one meanwhile.</returns>
    public async Task<IReadOnlyList<KeyChange>> StepAsync(
        SignatureAlgorithm algorithm, Func<IReadOnlyList<StoredKey>, KeyPlan> decide, CancellationToken ct)
    {
        var planned = decide(await ReadAsync(algorithm, ct).ConfigureAwait(false)).Step;
        if (planned == KeyStep.None)
            return [];
        using var spare = planned == KeyStep.Drop ? null : SigningKey.Generate(algorithm);
        return await ChangeAsync(algorithm, rows => StepAsync(rows, decide, spare), ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Withdraws a key at once and wipes its private half. Where it was active the standby signs instead, and where it was either a new
    /// standby is published, all as one.
    /// </summary>
    /// <exception cref="RefusedException">There is no such key, or it is revoked already.</exception>
    public async Task<IReadOnlyList<KeyChange>> RevokeAsync(string kid, string reason, CancellationToken ct)
    {
        var known = (await ReadAsync(revokedToo: true, ct).ConfigureAwait(false)).FirstOrDefault(key => key.KeyId == kid) ?? throw NoKey();
        using var spare = SigningKey.Generate(known.Algorithm);
        return await ChangeAsync(known.Algorithm, rows => RevokeAsync(rows, kid, reason, spare), ct).ConfigureAwait(false);
    }

    /// <summary>Decrypts a key that is not revoked.</summary>
    /// <exception cref="StorageException">Its row was altered or exchanged.</exception>
    public SigningKey Open(StoredKey key)
    {
        var secret = Array.Empty<byte>();
        try
        {
            secret = dataKeys.StoredKeys(key.DataKey).Unprotect(key.Box, Purpose, key.KeyId, key.Algorithm.Name);
            return SigningKey.Import(key.Algorithm, secret, key.KeyId);
        }
        catch (Exception e) when (e is KeyProtectionException or InvalidKeyException)
        {
            throw new StorageException($"the signing key '{key.KeyId}' in the database does not open: its row was altered or exchanged; restore the database from a backup", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private async Task StepAsync(KeyRows rows, Func<IReadOnlyList<StoredKey>, KeyPlan> decide, SigningKey? spare)
    {
        var keys = await rows.ReadAsync().ConfigureAwait(false);
        var plan = decide(keys);
        if (plan.Step == KeyStep.Drop)
        {
            await rows.DropAsync(plan.KeyId!).ConfigureAwait(false);
            return;
        }
        // Another node took the step that was planned; the next look takes this one.
        if (plan.Step == KeyStep.None || spare is null)
            return;
        if (plan.Step == KeyStep.Activate)
        {
            if (keys.FirstOrDefault(key => key.State == KeyState.Active) is { } active)
                await rows.RetireAsync(active.KeyId).ConfigureAwait(false);
            await rows.ActivateAsync(plan.KeyId!).ConfigureAwait(false);
        }
        await PrepareAsync(rows, spare).ConfigureAwait(false);
    }

    private async Task RevokeAsync(KeyRows rows, string kid, string reason, SigningKey spare)
    {
        var keys = await rows.ReadAsync().ConfigureAwait(false);
        var key = keys.FirstOrDefault(key => key.KeyId == kid) ?? throw NoKey();
        if (key.Revoked is { } before)
            throw new RefusedException(Refusal.AlreadyExists, $"the signing key '{kid}' was revoked already, at {TimeText.Utc(before)}");
        await rows.RevokeAsync(key, reason).ConfigureAwait(false);
        if (key.State == KeyState.Active && keys.FirstOrDefault(other => other.State == KeyState.Standby) is { } standby)
            await rows.ActivateAsync(standby.KeyId).ConfigureAwait(false);
        if (key.State != KeyState.Retired)
            await PrepareAsync(rows, spare).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<StoredKey>> ReadAsync(SignatureAlgorithm algorithm, CancellationToken ct) => database.ReadAsync(
        $"SELECT {StoredKey.Columns} FROM signing_key WHERE algorithm = @algorithm ORDER BY number", StoredKey.FromRow, ct, ("algorithm", algorithm.Name));

    private Task<IReadOnlyList<KeyChange>> ChangeAsync(SignatureAlgorithm algorithm, Func<KeyRows, Task> change, CancellationToken ct) => database.WriteAsync(
        async transaction =>
        {
            var rows = new KeyRows(transaction, algorithm, clock.NowAsStored());
            await change(rows).ConfigureAwait(false);
            return rows.Changes;
        },
        ct);

    private async Task PrepareAsync(KeyRows rows, SigningKey spare)
    {
        var secret = spare.ExportPrivateKey();
        try
        {
            var version = dataKeys.StoredKeyVersion;
            await rows.PrepareAsync(
                spare.KeyId, version, dataKeys.StoredKeys(version).Protect(secret, Purpose, spare.KeyId, spare.Algorithm.Name)).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static RefusedException NoKey() => new(Refusal.NotFound, "there is no signing key of this name; see the names with: watchword key list");
}
