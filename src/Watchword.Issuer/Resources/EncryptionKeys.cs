// The keys that tokens are encrypted to, ready for use: those that were registered, and those that are fetched from where they are published.
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Issuer.Resources;

/// <summary>A bounded memory: 1,000 registered keys and 1,000 URLs. What falls out of it is made, or fetched, again.</summary>
internal sealed class EncryptionKeys(DocumentFetcher fetcher, ILogger<EncryptionKeys> log, TimeProvider clock) : IDisposable
{
    private const int Remembered = 1_000;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentLru<string, EncryptionKey> _registered = new(Environment.ProcessorCount, Remembered, StringComparer.Ordinal);
    private readonly ConcurrentLru<string, PublishedKey> _published = new(Environment.ProcessorCount, Remembered, StringComparer.Ordinal);

    /// <summary>The key to encrypt a token to, or why there is none. Only where a published key is not known yet is it waited for: 5 s at most.</summary>
    /// <exception cref="StorageException">The row of a registered key was altered.</exception>
    public ValueTask<FoundKey> FindAsync(ResourceEncryption encryption, CancellationToken ct) =>
        encryption.Url is { } url ? Published(url).FindAsync(ct) : ValueTask.FromResult(Registered(encryption));

    /// <summary>The same for an administrator who just registered it: a published key is fetched now.</summary>
    public Task<FoundKey> FetchAsync(ResourceEncryption encryption, CancellationToken ct) =>
        encryption.Url is { } url ? Published(url).FetchAsync(ct) : Task.FromResult(Registered(encryption));

    /// <summary>The same without asking anybody.</summary>
    public FoundKey Peek(ResourceEncryption encryption) => encryption.Url is { } url
        ? _published.TryGet(url, out var known) ? known.Current : default
        : Registered(encryption);

    /// <summary>Ends every fetch.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        fetcher.Dispose();
    }

    private PublishedKey Published(string url) =>
        _published.GetOrAdd(url, place => new PublishedKey(new Uri(place), fetcher, log, clock, _stopping.Token));

    private FoundKey Registered(ResourceEncryption encryption) => new(_registered.GetOrAdd(encryption.Jwk ?? "", Make), null);

    private static EncryptionKey Make(string json)
    {
        try
        {
            return EncryptionRules.ParseKey(json);
        }
        catch (InvalidKeyException fault)
        {
            throw new StorageException("the database holds an encryption key that cannot be used; register the key again, or restore the database from a backup", fault);
        }
    }
}
