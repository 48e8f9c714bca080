// Finds the issuer's token endpoint: from the settings, or once from its metadata (RFC 8414).
using Watchword.Trust;

namespace Watchword.Client.Tokens;

/// <summary>However many requests ask at once, the metadata is fetched once. A failure is not kept: the next request asks again.</summary>
internal sealed class TokenEndpoint : IDisposable
{
    private readonly Uri _issuer;
    private readonly Uri? _configured;
    private readonly DocumentFetcher _fetcher;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();
    private Task<Uri>? _found;

    public TokenEndpoint(WatchwordClientOptions options, TimeProvider clock, CancellationToken stopping)
    {
        _issuer = new Uri(options.Issuer!);
        _configured = options.TokenEndpoint is null ? null : new Uri(options.TokenEndpoint);
        _fetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile }, clock);
        _stopping = stopping;
    }

    /// <exception cref="FetchException">The metadata could not be had or names an endpoint that is not safe.</exception>
    public Task<Uri> FindAsync()
    {
        if (_configured is not null)
            return Task.FromResult(_configured);
        lock (_gate)
        {
            if (_found is null or { IsFaulted: true } or { IsCanceled: true })
                _found = FetchAsync();
            return _found;
        }
    }

    /// <summary>Forgets an endpoint that turned out not to be one, so that the next request looks again.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            if (_found is { IsCompleted: true })
                _found = null;
        }
    }

    public void Dispose() => _fetcher.Dispose();

    private async Task<Uri> FetchAsync()
    {
        var metadata = await IssuerMetadata.FetchAsync(_fetcher, _issuer.GetLeftPart(UriPartial.Authority), _stopping).ConfigureAwait(false);
        var endpoint = metadata.TokenEndpoint;
        if (endpoint is not null && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Authority == _issuer.Authority))
            return endpoint;
        throw new FetchException($"The metadata of {metadata.Issuer} names no token endpoint that is https or of the issuer's own origin. "
            + "Correct it, or set Watchword:TokenEndpoint.");
    }
}
