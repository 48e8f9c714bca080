// Where an issuer's keys come from: a place that is given, or the one that its metadata names, which is remembered until it fails, or
// until the keys there do not do.
using Watchword.Keys;

namespace Watchword.Trust;

internal sealed class KeySetSource(string issuer, DocumentFetcher fetcher, RemoteKeySetOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private readonly string? _holder = KeyHolder.Describe(options.Resource);
    private IssuerMetadata? _metadata;
    private long _read;

    /// <summary>
    /// Looks whether the metadata names another place by now, unless it was read just now, and fetches the keys there: an issuer may have moved
    /// them and still answer where they were. Null where it is the same place, or the other cannot be had; then the known one stays.
    /// </summary>
    public async Task<FetchedKeys?> FetchElsewhereAsync(CancellationToken cancellation)
    {
        if (_metadata is not { } known || clock.GetElapsedTime(_read) < Fresh)
            return null;
        try
        {
            var metadata = await FindAsync(cancellation).ConfigureAwait(false);
            if (metadata.JwksUri == known.JwksUri)
                return null;
            var keys = await FetchAsync(metadata, cancellation).ConfigureAwait(false);
            _metadata = metadata;
            return keys;
        }
        // Nothing that an issuer answers may reach a request as an exception.
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Fetches the keys.</summary>
    /// <exception cref="FetchException">They could not be had, or there is no usable key among them.</exception>
    public async Task<FetchedKeys> FetchAsync(CancellationToken cancellation)
    {
        if (options.JwksUri is null)
            _metadata ??= await FindAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await FetchAsync(_metadata, cancellation).ConfigureAwait(false);
        }
        catch (FetchException)
        {
            _metadata = null;
            throw;
        }
    }

    private async Task<FetchedKeys> FetchAsync(IssuerMetadata? metadata, CancellationToken cancellation)
    {
        var place = options.JwksUri ?? metadata!.JwksUri;
        var document = await fetcher.FetchAsync(place, metadata?.AsksForKeyHolders == true ? _holder : null, cancellation).ConfigureAwait(false);
        try
        {
            var keys = KeySet.Parse(document.Content, options.UnlabelledRsa);
            return keys.Keys.Count > 0 ? new FetchedKeys(keys, document) : throw new FetchException($"{place} holds no key that can be used.");
        }
        catch (InvalidKeyException fault)
        {
            throw new FetchException($"{place}: {fault.Message}", fault);
        }
    }

    private async Task<IssuerMetadata> FindAsync(CancellationToken cancellation)
    {
        _read = clock.GetTimestamp();
        return options.MetadataUri is { } place
            ? IssuerMetadata.Read(issuer, await fetcher.FetchAsync(place, cancellation).ConfigureAwait(false))
            : await IssuerMetadata.FetchAsync(fetcher, issuer, cancellation).ConfigureAwait(false);
    }
}
