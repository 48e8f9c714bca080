// An issuer's keys at a target: fetched ahead of need, at once when an unknown key is met, and kept when the issuer is down.
using System.Collections.Concurrent;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>
/// The keys of one issuer, found through its metadata. A good set is never replaced by a bad or an empty one. Requests wait for a
/// fetch only when they bring a key that is not known, and share it.
/// </summary>
public sealed class RemoteKeySet : IDisposable
{
    private static readonly TimeSpan[] RetryAfter = [TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)];
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private const int StampsInLife = 24;
    private readonly RemoteKeySetOptions _options;
    private readonly TimeProvider _clock;
    private readonly KeySetSource _source;
    private readonly string _kept;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly RefreshBudget _budget;
    private readonly ConcurrentDictionary<VerificationKey, bool> _signers = new(ReferenceEqualityComparer.Instance);
    private volatile HeldKeys _held = HeldKeys.None;
    private Task? _flight;
    private Task? _background;
    private bool _isDisposed;
    private bool _isWithdrawn;

    /// <summary>Makes the set, empty; nothing is fetched yet.</summary>
    /// <param name="issuer">The issuer's identifier.</param>
    /// <param name="fetcher">What fetches; not disposed of here.</param>
    /// <param name="options">The rhythm.</param>
    /// <param name="clock">What time it is.</param>
    public RemoteKeySet(string issuer, DocumentFetcher fetcher, RemoteKeySetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        Issuer = issuer;
        _options = options;
        _clock = clock;
        _source = new KeySetSource(issuer, fetcher, options, clock);
        // What was fetched from one place is no answer where another is named: nobody trusts that for this issuer there.
        _kept = (options.JwksUri ?? options.MetadataUri) is { } place ? $"{place.AbsoluteUri} {issuer}" : issuer;
        _budget = new RefreshBudget(clock);
        _stopped = _stopping.Token;
    }

    /// <summary>Whose keys these are.</summary>
    public string Issuer { get; }

    /// <summary>The last good keys; empty before there are any, and once they are older than they may be.</summary>
    public KeySet Current => _held.Keys;

    /// <summary>Why the last fetch failed, in a sentence; null if it succeeded or there was none.</summary>
    public string? Fault => _held.Fault?.Message;

    /// <summary>How the keys stand now.</summary>
    public KeySetState State => _held.Describe(Issuer, _options.KeepFor, _clock);

    /// <summary>
    /// Takes up what is kept on disk, and begins to keep the keys fresh in the background. It waits for no issuer, and does nothing
    /// the second time.
    /// </summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_background is not null)
                return;
            Restore();
            _background = Task.Run(RunAsync);
        }
    }

    /// <summary>Ends the background work. What was fetched goes on being answered.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Ends it because the issuer is trusted no longer, or not by what is published at this place: its keys do not come back from disk.</summary>
    internal void Withdraw()
    {
        Dispose();
        lock (_lock)
            _isWithdrawn = true;
        _options.Folder?.DeleteLater(_kept);
    }

    /// <summary>
    /// Told of each key that verified a token. The first token by a key says that the issuer has rotated, perhaps because the key before
    /// was revoked; so the keys are fetched in the background, once for each key. Nobody without such a token can bring that about.
    /// </summary>
    internal void NoteSigner(VerificationKey key)
    {
        if (_signers.ContainsKey(key) || _held.Age(_clock) < Fresh)
            return;
        lock (_lock)
        {
            // A fetch that is under way may have begun before the key signed; the next token asks again.
            if (_flight is null && _signers.TryAdd(key, true))
                _flight = Task.Run(() => FlyAsync(TryFetchAsync));
        }
    }

    /// <summary>Asks for a key that the given set does not have. Answers the set to try again with: a newer one, or the same.</summary>
    internal async ValueTask<KeySet> FindAsync(string? keyId, KeySet tried, CancellationToken cancellation)
    {
        Start();
        var asked = _clock.GetTimestamp();
        // A fetch that was under way may have begun before the key was published; then one more is worth it.
        for (var round = 0; round < 2; round++)
        {
            if (Join(keyId ?? "", tried, out var joined) is not { } flight
                || !await EndsAsync(flight, LongestWait - _clock.GetElapsedTime(asked), cancellation).ConfigureAwait(false)
                || !joined)
                break;
        }
        return _held.Keys;
    }

    private async Task<bool> EndsAsync(Task flight, TimeSpan within, CancellationToken cancellation)
    {
        try
        {
            await flight.WaitAsync(within > TimeSpan.Zero ? within : TimeSpan.Zero, _clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Under the lock in which a flight takes its place and leaves it, so that nobody misses what one has just brought.
    private Task? Join(string keyId, KeySet tried, out bool joined)
    {
        lock (_lock)
        {
            joined = _flight is not null;
            if (!ReferenceEquals(_held.Keys, tried))
                return null;
            if (joined || !_budget.MayLookFor(keyId))
                return _flight;
            return _flight = Task.Run(() => FlyAsync(() => LookForAsync(keyId, tried)));
        }
    }

    private async Task FlyAsync(Func<Task> fetch)
    {
        try
        {
            await fetch().ConfigureAwait(false);
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            // Disposed of: whoever waits with it sees the keys unchanged.
        }
        finally
        {
            lock (_lock)
                _flight = null;
        }
    }

    private async Task LookForAsync(string keyId, KeySet before)
    {
        if (!await TryRepeatedlyAsync().ConfigureAwait(false))
            return;
        if (!Has(keyId, before) && await _source.FetchElsewhereAsync(_stopped).ConfigureAwait(false) is { } moved)
        {
            Accept(moved);
            _options.OnRefresh.Tell(State);
        }
        lock (_lock)
        {
            if (!Has(keyId, before))
                _budget.Miss(keyId);
        }
    }

    // A key that is there and did not do (the rules leave it out, or it is not the only one of its name) is fruitless too.
    private bool Has(string keyId, KeySet before) => !ReferenceEquals(_held.Keys, before) && (keyId.Length == 0 || _held.Keys.Contains(keyId));

    // A fetch on demand: tried again soon when it fails, on the budget of failures.
    private async Task<bool> TryRepeatedlyAsync()
    {
        for (var attempt = 0; !await TryFetchAsync().ConfigureAwait(false); attempt++)
        {
            lock (_lock)
            {
                if (!_budget.Fail() || attempt == RetryAfter.Length)
                    return false;
            }
            await Task.Delay(RetryAfter[attempt], _clock, _stopped).ConfigureAwait(false);
        }
        return true;
    }

    private async Task<bool> TryFetchAsync()
    {
        FetchException? fault = null;
        try
        {
            Accept(await _source.FetchAsync(_stopped).ConfigureAwait(false));
        }
        // Nothing that an issuer answers may end the refreshing, or reach a request as an exception.
        catch (Exception unexpected) when (!_stopped.IsCancellationRequested)
        {
            fault = unexpected as FetchException ?? new FetchException($"The keys of {Issuer} cannot be fetched: {unexpected.Message.TrimEnd('.')}.", unexpected);
            lock (_lock)
                _held = _held.Failed(fault, _options.KeepFor, _clock);
        }
        _options.OnRefresh.Tell(State);
        return fault is null;
    }

    private void Accept(FetchedKeys fetched)
    {
        lock (_lock)
        {
            if (fetched.Keys.Keys.Any(key => key.KeyId is not null && !_held.Keys.Contains(key.KeyId)))
                _budget.Forget();
            _held = _held.Fetched(fetched, _clock);
            foreach (var gone in _signers.Keys.Except(_held.Keys.Keys))
                _signers.TryRemove(gone, out _);
            if (!_isWithdrawn)
                _options.Folder?.WriteLater(new KeptKeySet(_kept, _clock.GetUtcNow(), fetched.Document.Content), _options.KeepFor / StampsInLife, _clock);
        }
    }

    private void Restore()
    {
        if (_options.Folder?.Read(_kept, _options.KeepFor, _clock) is not { } kept)
            return;
        try
        {
            _held = _held.Restored(KeySet.Parse(kept.Document, _options.UnlabelledRsa), kept.Fetched, _clock);
        }
        catch (InvalidKeyException)
        {
            // What was good when it was written may not be by newer rules: then there is none.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                failures = await RefreshAsync().ConfigureAwait(false) ? 0 : failures + 1;
                var pause = RefreshRhythm.Pause(_options.RefreshInterval, failures, _held.Keys.Keys.Count > 0, Random.Shared.NextDouble());
                await Task.Delay(pause, _clock, _stopped).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }

    private async Task<bool> RefreshAsync()
    {
        Task flight;
        lock (_lock)
            flight = _flight ??= Task.Run(() => FlyAsync(TryFetchAsync));
        await flight.ConfigureAwait(false);
        return _held.Fault is null;
    }
}
