// Which resources have their tokens encrypted, and to what. Nothing here is secret.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Resources;

internal sealed class EncryptionStore(Database database, TimeProvider clock)
{
    /// <summary>Registers what a resource's tokens are encrypted to from now on, in place of what was registered before.</summary>
    /// <exception cref="RefusedException">There is no such resource.</exception>
    public Task SetAsync(string resource, ResourceEncryption encryption, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            await RequireResourceAsync(transaction, resource).ConfigureAwait(false);
            return await transaction.ExecuteAsync(
                """
                INSERT INTO resource_encryption (resource, jwk, url, enc, created) VALUES (@resource, @jwk, @url, @enc, @now)
                ON CONFLICT (resource) DO UPDATE SET jwk = excluded.jwk, url = excluded.url, enc = excluded.enc, created = excluded.created
                """,
                ("resource", resource), ("jwk", encryption.Jwk), ("url", encryption.Url), ("enc", encryption.Content.Name), ("now", clock.NowAsStored()))
                .ConfigureAwait(false);
        },
        ct);

    /// <summary>A resource's tokens are no longer encrypted.</summary>
    /// <exception cref="RefusedException">There is no such resource, or its tokens are not encrypted.</exception>
    public Task ClearAsync(string resource, CancellationToken ct) => database.ChangeAsync(
        async transaction =>
        {
            await RequireResourceAsync(transaction, resource).ConfigureAwait(false);
            var cleared = await transaction.ExecuteAsync(
                "DELETE FROM resource_encryption WHERE resource = @resource", ("resource", resource)).ConfigureAwait(false);
            return cleared > 0 ? true : throw EncryptionRules.NotEncrypted(resource);
        },
        ct);

    private static async Task RequireResourceAsync(Transaction transaction, string resource) =>
        _ = await transaction.ReadOneAsync("SELECT resource FROM resource WHERE resource = @resource", row => row.GetString(0), ("resource", resource))
            .ConfigureAwait(false) ?? throw ResourceRules.NoResource(resource);
}
