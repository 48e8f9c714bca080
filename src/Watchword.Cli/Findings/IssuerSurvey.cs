// Asks every issuer that is trusted for its keys, from the place a target would take, some at a time. Nobody is told that a target asked.
using Watchword.AspNetCore;
using Watchword.Trust;

namespace Watchword.Cli.Findings;

internal sealed class IssuerSurvey(string? caFile, TimeProvider clock) : IDisposable
{
    private const int AtOnce = 16;
    private readonly Dictionary<string, DocumentFetcher> _fetchers = new(StringComparer.Ordinal);

    /// <summary>Asks them all, each for 5 s at most for a document.</summary>
    /// <exception cref="CommandFault">The file of authorities cannot be used.</exception>
    public async Task<IReadOnlyList<Publication>> AskAsync(Deployment deployment, CancellationToken ct)
    {
        using var free = new SemaphoreSlim(AtOnce);
        var asked = Published(deployment).DistinctBy(each => (each.Entry.Issuer, each.Entry.JwksUri, each.Entry.MetadataUri))
            .Select(each => (each.Entry, Fetcher: FetcherFor(caFile ?? each.CaFile))).ToArray();
        return await Task.WhenAll(asked.Select(async each =>
        {
            await free.WaitAsync(ct);
            try
            {
                return await AskAsync(each.Entry, each.Fetcher, ct);
            }
            finally
            {
                free.Release();
            }
        }));
    }

    public void Dispose()
    {
        foreach (var fetcher in _fetchers.Values)
            fetcher.Dispose();
    }

    // Those whose keys are not written down and not shared, and whose entry can be used at all.
    private static IEnumerable<(TrustEntry Entry, string? CaFile)> Published(Deployment deployment) => deployment.Targets
        .SelectMany(target => target.Trusted.Where(target.Fetches).Select(entry => (Entry: entry, target.Options.CaFile)))
        .Concat(deployment.Bundles.SelectMany(bundle => bundle.Document.Bundle.Issuers.Select(entry => (Entry: entry, CaFile: (string?)null))))
        .Where(each => each.Entry.Keys is null && !each.Entry.Faults().Any());

    private async Task<Publication> AskAsync(TrustEntry entry, DocumentFetcher fetcher, CancellationToken ct)
    {
        var options = new RemoteKeySetOptions
        {
            JwksUri = entry.JwksUri is { } keys ? new Uri(keys) : null,
            MetadataUri = entry.MetadataUri is { } metadata ? new Uri(metadata) : null,
            UnlabelledRsa = KeyFetching.UnlabelledRsa(entry.Algorithms),
        };
        try
        {
            var fetched = await new KeySetSource(entry.Issuer, fetcher, options, clock).FetchAsync(ct);
            return new Publication(entry.Issuer, fetched.Keys, fetched.Document.Skew, null);
        }
        catch (FetchException fault)
        {
            return new Publication(entry.Issuer, null, null, fault);
        }
    }

    private DocumentFetcher FetcherFor(string? authorities)
    {
        if (_fetchers.TryGetValue(authorities ?? "", out var known))
            return known;
        try
        {
            return _fetchers[authorities ?? ""] = new DocumentFetcher(new FetcherOptions { CaFile = authorities }, clock);
        }
        catch (ArgumentException fault)
        {
            // A target's own file is its settings' fault, which is a finding of its own.
            return authorities == caFile ? throw CommandFault.Misuse(fault) : FetcherFor(null);
        }
    }
}
