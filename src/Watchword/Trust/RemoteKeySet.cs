// An issuer's keys at a target: fetched ahead of need, at once when an unknown key is met, and kept when the issuer is down.
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
    private readonly RemoteKeySetOptions _options;
    private readonly TimeProvider _clock;
    private readonly KeySetSource _source;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly RefreshBudget _budget;
    private volatile KeySet _current = KeySet.Empty;
    private Task? _flight;
    private Task? _background;
    private DateTimeOffset _fetched;

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
        _source = new KeySetSource(issuer, fetcher, options.UnlabelledRsa);
        _budget = new RefreshBudget(clock);
        _stopped = _stopping.Token;
    }

    /// <summary>Whose keys these are.</summary>
    public string Issuer { get; }

    /// <summary>The last good keys; empty before the first fetch, and once they are older than they may be.</summary>
    public KeySet Current => _current;

    /// <summary>Why the last fetch failed, in a sentence; null if it succeeded or there was none.</summary>
    public string? Fault { get; private set; }

    /// <summary>Begins to keep the keys fresh in the background. It returns at once, and does nothing the second time.</summary>
    public void Start()
    {
        lock (_lock)
            _background ??= Task.Run(RunAsync);
    }

    /// <summary>Ends the background work.</summary>
    public void Dispose()
    {
        if (_stopped.IsCancellationRequested)
            return;
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>Asks for a key that the given set does not have. Answers the set to try again with: a newer one, or the same.</summary>
    internal async ValueTask<KeySet> FindAsync(string? keyId, KeySet tried, CancellationToken cancellation)
    {
        Start();
        var name = keyId ?? "";
        // A fetch that was under way may have begun before the key was published; then one more is worth it.
        for (var round = 0; round < 2 && ReferenceEquals(_current, tried); round++)
        {
            if (Join(name, out var joined) is not { } flight)
                break;
            if (!await EndsInTimeAsync(flight, cancellation).ConfigureAwait(false) || !joined)
                break;
        }
        return _current;
    }

    private async Task<bool> EndsInTimeAsync(Task flight, CancellationToken cancellation)
    {
        try
        {
            await flight.WaitAsync(LongestWait, _clock, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Task? Join(string keyId, out bool joined)
    {
        lock (_lock)
        {
            joined = _flight is not null;
            if (joined)
                return _flight;
            if (!_budget.MayLookFor(keyId))
                return null;
            return _flight = Task.Run(() => FlyAsync(() => LookForAsync(keyId)));
        }
    }

    // A flight clears its own place, so that nobody can join one that has landed.
    private async Task FlyAsync(Func<Task> fetch)
    {
        try
        {
            await fetch().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed of: whoever waits with it sees the keys unchanged.
        }
        finally
        {
            lock (_lock)
                _flight = null;
        }
    }

    // A fetch on demand: tried again soon when it fails, on the budget of failures.
    private async Task LookForAsync(string keyId)
    {
        var before = _current;
        for (var attempt = 0; !await TryFetchAsync().ConfigureAwait(false); attempt++)
        {
            lock (_lock)
            {
                if (!_budget.Fail() || attempt == RetryAfter.Length)
                    return;
            }
            await Task.Delay(RetryAfter[attempt], _clock, _stopped).ConfigureAwait(false);
        }
        lock (_lock)
        {
            // A key that is there and did not do (the rules leave it out, or it is not the only one of its name) is fruitless too.
            if (ReferenceEquals(_current, before) || (keyId.Length > 0 && !_current.Contains(keyId)))
                _budget.Miss(keyId);
        }
    }

    private async Task<bool> TryFetchAsync()
    {
        try
        {
            Accept(await _source.FetchAsync(_stopped).ConfigureAwait(false));
        }
        catch (FetchException fault)
        {
            Fault = fault.Message;
        }
        _options.OnRefresh?.Invoke(new KeySetRefresh(Issuer, _current.Keys.Count, Fault));
        return Fault is null;
    }

    private void Accept(KeySet fetched)
    {
        lock (_lock)
        {
            Fault = null;
            _fetched = _clock.GetUtcNow();
            if (fetched.Keys.Any(key => key.KeyId is not null && !_current.Contains(key.KeyId)))
                _budget.Forget();
            // The same keys keep the same object, and with it everything that was derived from it; so does each key that stays.
            if (!fetched.IsSameAs(_current))
                _current = fetched.Reusing(_current);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            for (var failures = 0; ;)
            {
                failures = await RefreshAsync().ConfigureAwait(false) ? 0 : failures + 1;
                if (failures > 0)
                    DropWhatIsTooOld();
                await Task.Delay(Pause(failures), _clock, _stopped).ConfigureAwait(false);
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
        return Fault is null;
    }

    private void DropWhatIsTooOld()
    {
        lock (_lock)
        {
            if (_clock.GetUtcNow() - _fetched > _options.KeepFor)
                _current = KeySet.Empty;
        }
    }

    // Without any key every request is refused, so that the issuer is asked again soon; with keys there is time.
    private TimeSpan Pause(int failures)
    {
        if (failures == 0)
            return _options.RefreshInterval * (0.9 + 0.2 * Random.Shared.NextDouble());
        var longest = _current.Keys.Count == 0 ? 5 : 60;
        return TimeSpan.FromSeconds(Math.Min(longest, Math.Pow(2, Math.Min(failures - 1, 10))) * (0.8 + 0.4 * Random.Shared.NextDouble()));
    }
}
