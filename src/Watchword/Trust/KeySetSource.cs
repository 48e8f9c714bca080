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
    /// Forgets the place that the metadata named, unless it was read just now: an issuer may have moved its keys and still answer where they
    /// were. Answers whether another fetch may find more.
    /// </summary>
    public bool Forget()
    {
        if (_metadata is null || clock.GetElapsedTime(_read) < Fresh)
            return false;
        _metadata = null;
        return true;
    }

    /// <summary>Fetches the keys.</summary>
    /// <exception cref="FetchException">They could not be had, or there is no usable key among them.</exception>
    public async Task<FetchedKeys> FetchAsync(CancellationToken cancellation)
    {
        if (options.JwksUri is null)
            _metadata ??= await FindAsync(cancellation).ConfigureAwait(false);
        var place = options.JwksUri ?? _metadata!.JwksUri;
        try
        {
            var document = await fetcher.FetchAsync(place, _metadata?.AsksForKeyHolders == true ? _holder : null, cancellation).ConfigureAwait(false);
            var keys = KeySet.Parse(document.Content, options.UnlabelledRsa);
            return keys.Keys.Count > 0 ? new FetchedKeys(keys, document) : throw new FetchException($"{place} holds no key that can be used.");
        }
        catch (InvalidKeyException fault)
        {
            _metadata = null;
            throw new FetchException($"{place}: {fault.Message}", fault);
        }
        catch (FetchException)
        {
            _metadata = null;
            throw;
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
