// Where an issuer's keys come from: its metadata names the place, which is remembered until it fails.
using Watchword.Keys;

namespace Watchword.Trust;

internal sealed class KeySetSource(string issuer, DocumentFetcher fetcher, RemoteKeySetOptions options)
{
    private readonly string? _holder = KeyHolder.Describe(options.Resource);
    private IssuerMetadata? _metadata;

    /// <summary>Fetches the keys.</summary>
    /// <exception cref="FetchException">They could not be had, or there is no usable key among them.</exception>
    public async Task<FetchedKeys> FetchAsync(CancellationToken cancellation)
    {
        var metadata = _metadata ??= await IssuerMetadata.FetchAsync(fetcher, issuer, cancellation).ConfigureAwait(false);
        var place = metadata.JwksUri;
        try
        {
            var document = await fetcher.FetchAsync(place, metadata.AsksForKeyHolders ? _holder : null, cancellation).ConfigureAwait(false);
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
}
