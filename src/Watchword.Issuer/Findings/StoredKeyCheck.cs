// Does every signing key and every shared secret in the database open? One that does not is found otherwise only when it is to sign.
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Findings;

internal sealed class StoredKeyCheck(KeyStore keys, ResourceReview review, SharedSecrets secrets) : ICheck
{
    public string Subject => "stored keys";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        var faults = new List<(string Subject, StorageException Fault)>();
        foreach (var key in await keys.ReadAsync(revokedToo: false, ct).ConfigureAwait(false))
            Try($"signing key {key.KeyId}", () => keys.Open(key), faults);
        foreach (var secret in await review.SecretsAsync(ct).ConfigureAwait(false))
            Try($"shared secret {secret.KeyId} of {secret.Resource}", () => secrets.Decrypt(secret.KeyId, secret.Resource, secret.DataKey, secret.Box), faults);
        return [.. Finding.OfEach(new Excerpt<(string Subject, StorageException Fault)>(faults, faults.Count), each => Finding.Of(each.Subject, each.Fault), Subject, "do not open")];
    }

    private static void Try(string subject, Func<IDisposable> open, List<(string Subject, StorageException Fault)> faults)
    {
        try
        {
            open().Dispose();
        }
        catch (StorageException fault)
        {
            faults.Add((subject, fault));
        }
    }
}
