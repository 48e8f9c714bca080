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
    private readonly TimeProvider _clock;
    private readonly TrustedIssuers _issuers;
    private readonly IReadOnlyList<TrustedIssuer> _always;
    private readonly EntryIssuers _entries;
    private readonly BundlePlace _place;
    private readonly KeptBundle? _kept;
    private readonly Lock _starting = new();
    private readonly CancellationTokenSource _stopping = new();
    private SignedTrustBundle? _taken;
    private byte[] _document = [];
    private long _highestSerial;
    private SignedTrustBundle? _followed;
    private volatile SignedTrustBundle? _inForce;
    private volatile string? _fault;
    private Task? _background;

    /// <summary>Takes up what is kept on disk or stands in the file; nothing is fetched yet.</summary>
    /// <param name="options">Where the bundle comes from, and who must have signed it.</param>
    /// <param name="issuers">The issuers of a gate, which this keeps from now on.</param>
    /// <param name="always">Issuers that are trusted beside the bundle, and above what it says of them.</param>
    /// <param name="entries">What makes issuers of the bundle's entries, and of nothing else; it is disposed of with this.</param>
    /// <param name="fetcher">What fetches the bundle, which may be larger than a key set; not disposed of here.</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="IOException">The folder cannot be used. The message is a sentence.</exception>
    public FollowedBundle(
        FollowedBundleOptions options, TrustedIssuers issuers, IReadOnlyList<TrustedIssuer> always, EntryIssuers entries, DocumentFetcher fetcher, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _issuers, _always, _entries, _clock) = (options, issuers, always, entries, clock);
        _place = new BundlePlace(options.Place, options.Pins is not null, fetcher);
        _kept = options.Folder is { } folder ? new KeptBundle(folder, options.Place) : null;
        Restore();
        _issuers.Swap(always);
        if (_place.IsFile)
            _ = LookAsync();
        else
            _fault = TryApply() ?? _fault;
    }

    /// <summary>How the bundle stands now.</summary>
    public BundleState State
    {
        get
        {
            var bundle = _inForce;
            return new BundleState
            {
                Place = _options.Place,
                Serial = bundle?.Bundle.Serial,
                Expires = bundle?.Bundle.Expires,
                Issuers = bundle?.Bundle.Issuers.Count ?? 0,
                Standing = Standing(bundle),
                VerifiedBy = bundle?.VerifiedBy,
                Fault = _fault,
            };
        }
    }

    /// <summary>How the keys stand of those issuers that publish them.</summary>
    public IReadOnlyList<KeySetState> Keys => _entries.States;

    /// <summary>Begins to look in the background. It returns at once, and does nothing the second time.</summary>
    public void Start()
    {
        lock (_starting)
            _background ??= Task.Run(RunAsync);
    }

    /// <summary>Ends the background work, that of the issuers' keys too.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _entries.Dispose();
    }

    private BundleStanding Standing(SignedTrustBundle? bundle) => bundle is null ? BundleStanding.Refused
        : BundleAcceptance.Standing(bundle.Bundle.Expires, _options.KeepExpiredFor, _clock.GetUtcNow());

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                failures = await LookAsync().ConfigureAwait(false) ? 0 : failures + 1;
                _options.OnLook.Tell(State);
                await Task.Delay(Pause(failures), _clock, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }

    private TimeSpan Pause(int failures) => _place.IsFile
        ? _options.RefreshInterval ?? FileInterval
        : RefreshRhythm.Pause(_options.RefreshInterval ?? UrlInterval, failures, _inForce is not null, Random.Shared.NextDouble());

    /// <summary>Looks once; whether a good bundle stands there, the one in force or a later one.</summary>
    private async Task<bool> LookAsync()
    {
        string? fault = null;
        try
        {
            Take(await _place.ReadAsync(_stopping.Token).ConfigureAwait(false));
        }
        // Nothing that stands there may end the looking.
        catch (Exception wrong) when (!_stopping.IsCancellationRequested)
        {
            fault = Sentence(wrong);
        }
        _fault = TryApply() ?? fault;
        return _fault is null;
    }

    private void Restore()
    {
        try
        {
            if (_kept?.Read() is not var (document, bundle))
                return;
            // Its serial counts although another key is pinned by now.
            _highestSerial = bundle.Serial;
            (_taken, _document) = (SignedTrustBundle.Open(document, _options.Pins), document);
        }
        catch (Exception fault)
        {
            _fault = $"The bundle that is kept on disk is not used. {Sentence(fault)}";
        }
    }

    private void Take(byte[] document)
    {
        if (_taken is null || !document.AsSpan().SequenceEqual(_document))
        {
            var offered = SignedTrustBundle.Open(document, _options.Pins);
            if (BundleAcceptance.Fault(offered.Bundle, _highestSerial, _taken?.Bundle) is { } fault)
                throw new InvalidBundleException(fault);
            (_taken, _document, _highestSerial) = (offered, document, offered.Bundle.Serial);
        }
        _kept?.Write(document, _taken.Bundle);
    }

    /// <summary>Puts in force what was taken, unless it is. Null if that went well; else why not, and it is tried again with the next look.</summary>
    private string? TryApply()
    {
        try
        {
            Apply();
            return null;
        }
        catch (Exception wrong)
        {
            // Meanwhile nobody is believed for longer than the one in force allows.
            if (_followed is not null && Standing(_followed) == BundleStanding.Refused)
            {
                _issuers.Swap(_always);
                _followed = null;
            }
            return $"The bundle {_options.Place} with the serial {_taken?.Bundle.Serial} cannot be put in force: {wrong.Message.TrimEnd('.')}.";
        }
    }

    // What was taken is in force when the gate has its issuers, and not before: until then everybody is told of the one before.
    private void Apply()
    {
        var followed = Standing(_taken) == BundleStanding.Refused ? null : _taken;
        // Each swap makes tokens that were verified before be looked at anew.
        if (!ReferenceEquals(followed, _followed))
        {
            var named = _always.Select(issuer => issuer.Rules.Issuer).ToHashSet(StringComparer.Ordinal);
            _issuers.Swap([.. _always, .. _entries.Take(followed?.Bundle.Issuers.Where(entry => !named.Contains(entry.Issuer)) ?? [])]);
            _followed = followed;
        }
        _inForce = _taken;
    }

    private string Sentence(Exception fault) => fault is InvalidBundleException or FetchException
        ? fault.Message
        : $"The bundle {_options.Place} cannot be read or kept: {fault.Message.TrimEnd('.')}.";
}
