// The bundle in force at this node: what the database holds, ready to be sent.
using System.Text;
using Watchword.AspNetCore;
using Watchword.Trust;

namespace Watchword.Issuer.Trust;

internal sealed class PublishedBundle(TrustRegistry registry) : IDisposable
{
    private const string SignedContentType = "application/" + SignedTrustBundle.Type;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile Snapshot? _snapshot;

    /// <summary>What is sent; null where nothing was ever registered.</summary>
    public PublishedDocument? Document => _snapshot?.Document;

    /// <summary>Takes up what the database holds now, and answers what is known of it; what this or another node published is then in force here.</summary>
    /// <exception cref="Storage.StorageException">The database cannot be read. What is in force stays.</exception>
    public async Task<BundleVersion?> ReloadAsync(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var version = await registry.VersionAsync(ct);
            // That it lags is no other document.
            if (version is not null && _snapshot is { } current && version with { Lags = false } == current.Version) return version;

            var stored = version is null ? null : await registry.PublishedAsync(ct);
            _snapshot = stored is null ? null : new Snapshot(stored.Version with { Lags = false }, ToSend(stored));
            return stored?.Version;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private static PublishedDocument ToSend(StoredBundle stored)
    {
        var content = Encoding.UTF8.GetBytes(stored.Document);
        return stored.Version.IsSigned ? new PublishedDocument(content, SignedContentType) : new PublishedDocument(content);
    }

    private sealed record Snapshot(BundleVersion Version, PublishedDocument Document);
}
