// A trust bundle in force: looked at again and again, replaced only by a later and better one, and followed a while after it has expired.
namespace Watchword.Trust;

/// <summary>
/// Keeps the issuers of a gate as a trust bundle says. A good bundle is never replaced by one that is older, wrongly signed, or
/// faulty. Without a good one, nobody in it is trusted.
/// </summary>
public sealed class FollowedBundle : IDisposable
{
    private static readonly TimeSpan FileInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UrlInterval = TimeSpan.FromMinutes(10);
    private readonly FollowedBundleOptions _options;
    private readonly DocumentFetcher _fetcher;
    private readonly TimeProvider _clock;
    private readonly TrustedIssuers _issuers;
    private readonly IReadOnlyList<TrustedIssuer> _always;
    private readonly EntryIssuers _entries;
    private readonly KeptBundle? _kept;
    private readonly Uri? _url;
    private readonly CancellationTokenSource _stopping = new();
    private SignedTrustBundle? _inForce;
    private BundleStanding _applied = BundleStanding.Refused;
    private string? _fault;
    private Task? _background;

    /// <summary>Takes up what is kept on disk or stands in the file; nothing is fetched yet.</summary>
    /// <param name="options">Where the bundle comes from, and who must have signed it.</param>
    /// <param name="issuers">The issuers of a gate, which this keeps from now on.</param>
    /// <param name="always">Issuers that are trusted beside the bundle, and above what it says of them.</param>
    /// <param name="terms">What the target makes of an entry.</param>
    /// <param name="fetcher">What fetches bundles and keys; not disposed of here.</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="IOException">The folder cannot be used. The message is a sentence.</exception>
    public FollowedBundle(
        FollowedBundleOptions options, TrustedIssuers issuers, IReadOnlyList<TrustedIssuer> always, TrustTerms terms, DocumentFetcher fetcher, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _issuers, _always, _fetcher, _clock) = (options, issuers, always, fetcher, clock);
        _entries = new EntryIssuers(terms, fetcher, clock);
        _url = Uri.TryCreate(options.Place, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;
        _kept = options.Folder is { } folder ? new KeptBundle(folder, options.Place) : null;
        Restore();
        if (_url is null)
            Offer(ReadFile);
        Apply();
    }

    /// <summary>How the bundle stands now.</summary>
    public BundleState State => new(_options.Place, _inForce?.Bundle.Serial, _inForce?.Bundle.Expires, Standing, _inForce?.VerifiedBy, _fault);

    /// <summary>How the keys stand of those issuers that publish them.</summary>
    public IReadOnlyList<KeySetState> Keys => _entries.States;

    /// <summary>Begins to look in the background. It returns at once, and does nothing the second time.</summary>
    public void Start() => _background ??= Task.Run(RunAsync);

    /// <summary>Ends the background work, that of the issuers' keys too.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _stopping.Cancel();
        _entries.Dispose();
    }

    private BundleStanding Standing => _inForce is { } bundle
        ? BundleAcceptance.Standing(bundle.Bundle.Expires, _options.KeepExpiredFor, _clock.GetUtcNow())
        : BundleStanding.Refused;

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                if (_url is not null)
                    await FetchAsync(_url).ConfigureAwait(false);
                else
                    Offer(ReadFile);
                Apply();
                _options.OnLook?.Invoke(State);
                failures = _fault is null ? 0 : failures + 1;
                await Task.Delay(Pause(failures), _clock, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposed of.
        }
    }

    private TimeSpan Pause(int failures) => _url is null
        ? _options.RefreshInterval ?? FileInterval
        : RefreshRhythm.Pause(_options.RefreshInterval ?? UrlInterval, failures, _inForce is not null, Random.Shared.NextDouble());

    private async Task FetchAsync(Uri url)
    {
        try
        {
            var document = await _fetcher.FetchAsync(url, _stopping.Token).ConfigureAwait(false);
            Offer(() => document);
        }
        catch (FetchException fault)
        {
            _fault = fault.Message;
        }
    }

    private void Restore()
    {
        try
        {
            if (_kept?.Read() is { } document)
                _inForce = SignedTrustBundle.Open(document, _options.Pins);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidBundleException)
        {
            _fault = $"The bundle that was kept is not used: {fault.Message}";
        }
    }

    private byte[] ReadFile() => File.ReadAllBytes(_options.Place);

    private void Offer(Func<byte[]> read)
    {
        try
        {
            var document = read();
            var offered = SignedTrustBundle.Open(document, _options.Pins);
            _fault = BundleAcceptance.Fault(offered.Bundle, _inForce?.Bundle.Serial ?? 0, _inForce?.Bundle);
            if (_fault is not null || offered.Bundle.Serial == _inForce?.Bundle.Serial)
                return;
            _inForce = offered;
            _applied = BundleStanding.Refused;
            _kept?.Write(document);
        }
        catch (InvalidBundleException fault)
        {
            _fault = fault.Message;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _fault = $"The bundle {_options.Place} cannot be read or kept: {fault.Message}";
        }
    }

    // Only when something is different: each swap makes tokens that were verified before be looked at anew.
    private void Apply()
    {
        var standing = Standing;
        if ((standing == BundleStanding.Refused) == (_applied == BundleStanding.Refused) && standing == BundleStanding.Refused && _issuers.Count == _always.Count)
            return;
        if (standing != BundleStanding.Refused && _applied != BundleStanding.Refused)
            return;
        _applied = standing;
        var named = _always.Select(issuer => issuer.Rules.Issuer).ToHashSet(StringComparer.Ordinal);
        var entries = standing == BundleStanding.Refused ? [] : _inForce!.Bundle.Issuers.Where(entry => !named.Contains(entry.Issuer));
        _issuers.Swap([.. _always, .. _entries.Take(entries)]);
    }
}
