// Whom one scheme believes: its own issuer, further ones in its settings, and those of a trust bundle that it follows.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class SchemeTrust : IDisposable
{
    // Room for the largest bundle, signed.
    private const int LongestBundle = 2 * 1024 * 1024;

    private readonly DocumentFetcher _fetcher;
    private readonly DocumentFetcher _bundleFetcher;
    private readonly IssuerKeys? _own;
    private readonly EntryIssuers _listed;
    private readonly FollowedBundle? _bundle;

    /// <summary>Begins to trust. Keys, and a bundle at a URL, are fetched in the background from now on.</summary>
    /// <exception cref="InvalidOperationException">The settings have become wrong since they were checked.</exception>
    /// <exception cref="OptionsValidationException">A bundle in a file is not one to follow, and no earlier one is kept.</exception>
    public SchemeTrust(string scheme, WatchwordOptions options, ILogger logger, TargetMetrics metrics)
    {
        var clock = options.TimeProvider ?? TimeProvider.System;
        var fetching = new KeyFetching(scheme, options, logger, metrics);
        var terms = new TrustTerms(options.Audience!, options.Leeway, options.MaxTokenLifetime, fetching.Of) { FetchesAhead = !options.IsLookedAt };
        _fetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile }, clock);
        _bundleFetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile, MaxBytes = LongestBundle }, clock);
        if (options.Issuer is not null)
            _own = new IssuerKeys(scheme, options, logger, fetching, _fetcher);
        _listed = new EntryIssuers(terms, _fetcher, clock);
        var always = _listed.Take(options.Issuers ?? []);
        if (_own is not null)
            always = [_own.Issuer, .. always];
        Issuers = new TrustedIssuers(always);
        if (options.TrustBundle is null)
            return;
        var log = new BundleLog(scheme, options, logger, clock);
        _bundle = new FollowedBundle(Follow(scheme, options, log), Issuers, always, new EntryIssuers(terms, _fetcher, clock), _bundleFetcher, clock);
        if (_bundle.State is { Serial: null, Fault: { } fault } && BundleSettings.IsFile(options))
            throw Unusable(scheme, fault);
        log.NoteStart(_bundle.State);
        _bundle.Start();
    }

    /// <summary>Those who are trusted now.</summary>
    public TrustedIssuers Issuers { get; }

    /// <summary>How the keys stand of those whose keys are fetched or shared: the scheme's own issuer first.</summary>
    public IReadOnlyList<KeySetState> Keys => [.. _own is null ? [] : new[] { _own.State }, .. _listed.States, .. _bundle?.Keys ?? []];

    /// <summary>How the bundle stands now; null where none is followed.</summary>
    public BundleState? Bundle => _bundle?.State;

    public void Dispose()
    {
        _bundle?.Dispose();
        _listed.Dispose();
        _own?.Dispose();
        _bundleFetcher.Dispose();
        _fetcher.Dispose();
    }

    private static FollowedBundleOptions Follow(string scheme, WatchwordOptions options, BundleLog log)
    {
        if (!BundleSettings.TryReadPins(options, out var pins, out var fault))
            throw new InvalidOperationException($"{SchemeSection.Key(scheme, nameof(options.TrustBundleKeyFiles))} {fault}.");
        return new FollowedBundleOptions
        {
            Place = options.TrustBundle!,
            Pins = pins,
            Folder = options.KeyFolder,
            // A file is looked at more often than any key set is fetched.
            RefreshInterval = BundleSettings.IsFile(options) ? null : options.KeyRefreshInterval,
            KeepExpiredFor = options.KeepExpiredBundleFor,
            OnLook = log.Note,
        };
    }

    private OptionsValidationException Unusable(string scheme, string fault)
    {
        Dispose();
        return new OptionsValidationException(
            scheme, typeof(WatchwordOptions), [SecretText.Mask($"{SchemeSection.Key(scheme, nameof(WatchwordOptions.TrustBundle))} names no bundle to follow. {fault}")]);
    }
}
