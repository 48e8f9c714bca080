// Where an issuer's keys come from: its metadata names the place, which is remembered until it fails.
using Watchword.Keys;

namespace Watchword.Trust;

internal sealed class KeySetSource(string issuer, DocumentFetcher fetcher, SignatureAlgorithm unlabelledRsa)
{
    private Uri? _place;

    /// <summary>Fetches the keys.</summary>
    /// <exception cref="FetchException">They could not be had, or there is no usable key among them.</exception>
    public async Task<KeySet> FetchAsync(CancellationToken cancellation)
    {
        var place = _place ??= (await IssuerMetadata.FetchAsync(fetcher, issuer, cancellation).ConfigureAwait(false)).JwksUri;
        try
        {
            var keys = KeySet.Parse(await fetcher.FetchAsync(place, cancellation).ConfigureAwait(false), unlabelledRsa);
            return keys.Keys.Count > 0 ? keys : throw new FetchException($"{place} holds no key that can be used; the last good keys stay in use.");
        }
        catch (InvalidKeyException fault)
        {
            _place = null;
            throw new FetchException($"{place}: {fault.Message}", fault);
        }
        catch (FetchException)
        {
            _place = null;
            throw;
        }
    }
}
