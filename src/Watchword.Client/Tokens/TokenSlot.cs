// The token for one resource and scope: kept, renewed ahead of its end, and asked for by one flight however many callers wait.
using Microsoft.Extensions.Logging;

namespace Watchword.Client.Tokens;

/// <summary>
/// A flight is a token request under way. It belongs to no caller: it runs on a thread of its own with its own time limit, so a
/// caller who gives up leaves it flying for the others. It never faults; its outcome is a value.
/// </summary>
internal sealed class TokenSlot(
    TokenTarget target, ITokenSource source, RenewalLimit limit, TimeProvider clock, ILogger logger, CancellationToken stopping)
{
    private readonly Lock _gate = new();
    private volatile HeldToken? _current;
    private Task<TokenOutcome>? _flight;
    private FailureStreak? _streak;

    /// <summary>Whether nothing would be lost by forgetting this slot, and when its token ends.</summary>
    public (bool IsIdle, DateTimeOffset Ends) State
    {
        get
        {
            lock (_gate)
                return (_flight is null, _current?.Token.ExpiresAt ?? DateTimeOffset.MinValue);
        }
    }

    /// <summary>A usable token, at once if there is one.</summary>
    /// <exception cref="TokenUnavailableException">None is to be had.</exception>
    public ValueTask<HeldToken> GetAsync(CancellationToken ct) => Ready() is { } token ? new(token) : WaitAsync(ct);

    /// <summary>The same for a synchronous caller, whose thread waits.</summary>
    public HeldToken Get(CancellationToken ct)
    {
        if (Ready() is { } token)
            return token;
        var flight = Board();
        flight.Wait(ct);
        return Land(flight.Result);
    }

    /// <summary>
    /// What to use instead of a token that a target has refused; null if there is nothing better. Another token that is already
    /// here is better, and so is the one that a flight under way brings. A flight of its own is started at most once in 10 s.
    /// </summary>
    public async Task<HeldToken?> RenewAsync(HeldToken refused, CancellationToken ct)
    {
        Task<TokenOutcome> flight;
        lock (_gate)
        {
            if (!ReferenceEquals(_current, refused))
                return _current is { IsUsable: true } other ? other : null;
            if (_flight is null)
            {
                if (!limit.TryTake(target.Resource))
                    return null;
                logger.LogWarning("The access token for {Target} was refused as invalid; a new one is fetched.", target);
            }
            flight = _flight ?? Start();
        }
        return (await flight.WaitAsync(ct).ConfigureAwait(false)).Token;
    }

    private HeldToken? Ready()
    {
        var current = _current;
        if (current is null || current.IsFresh)
            return current;
        if (!current.IsUsable)
            return null;
        Board();
        return current;
    }

    private async ValueTask<HeldToken> WaitAsync(CancellationToken ct) => Land(await Board().WaitAsync(ct).ConfigureAwait(false));

    private HeldToken Land(TokenOutcome outcome) => outcome.Token ?? throw outcome.Failure!.ToException(target);

    /// <summary>Joins the flight under way, or starts one unless the last one's outcome still stands.</summary>
    private Task<TokenOutcome> Board()
    {
        lock (_gate)
        {
            if (_flight is not null)
                return _flight;
            if (_current is { IsFresh: true } arrived)
                return Task.FromResult<TokenOutcome>(arrived);
            if (_streak is not null && _streak.IsPausing(clock, _current is { IsUsable: true }))
                return Task.FromResult<TokenOutcome>(_streak.Last);
            return Start();
        }
    }

    private Task<TokenOutcome> Start()
    {
        var flight = new TaskCompletionSource<TokenOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _flight = flight.Task;
        // Unsafe: the flight must not carry the first caller's activity and async locals.
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Slot.FlyAsync(state.Flight), (Slot: this, Flight: flight), preferLocal: false);
        return flight.Task;
    }

    private async Task FlyAsync(TaskCompletionSource<TokenOutcome> flight)
    {
        TokenOutcome outcome;
        try
        {
            outcome = await source.GetAsync(target, stopping).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait must hear of it.
            var reason = stopping.IsCancellationRequested ? "the client library is shutting down." : "the token request failed unexpectedly.";
            outcome = new TokenFailure("other", reason) { Cause = e };
        }
        lock (_gate)
        {
            _flight = null;
            _current = outcome.Token ?? _current;
            _streak = outcome.Failure is { } failure ? new FailureStreak(failure, (_streak?.Length ?? 0) + 1, clock.GetTimestamp()) : null;
        }
        flight.SetResult(outcome);
        Log(outcome);
    }

    private void Log(TokenOutcome outcome)
    {
        if (outcome.Token is { } token)
            logger.LogDebug("Got an {Token}.", token.Token);
        else if (_current is { IsUsable: true } current)
        {
            logger.LogWarning("The access token for {Target} is used until {Until:O}, because there is no new one: {Reason}",
                target, current.Token.ExpiresAt, outcome.Failure!.Reason);
        }
        else
            logger.LogError("No access token for {Target}: {Reason}", target, outcome.Failure!.Reason);
    }

    /// <summary>Failures in a row, and when the last of them was.</summary>
    private sealed record FailureStreak(TokenFailure Last, int Length, long Stamp)
    {
        private readonly double _jitter = (Random.Shared.NextDouble() * 2) - 1;

        public bool IsPausing(TimeProvider clock, bool hasToken) =>
            clock.GetElapsedTime(Stamp) < RetryPause.After(Length, hasToken, Last.RetryAfter, _jitter);
    }
}
