// The encryption key behind one URL: fetched when a token first needs it, refreshed while tokens do, kept for a day while it cannot be had.
using Microsoft.Extensions.Logging;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Issuer.Resources;

/// <summary>Any number of tokens share one fetch. What is known is an immutable snapshot, which is read without a lock.</summary>
internal sealed class PublishedKey(Uri url, DocumentFetcher fetcher, ILogger log, TimeProvider clock, CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private volatile PublishedKeyState _state = PublishedKeyState.Unknown;
    private Task? _flight;

    /// <summary>What is known now, without asking anybody.</summary>
    public FoundKey Current => _state.At(clock.GetUtcNow());

    /// <summary>The key for a token that is about to be issued. It waits for a fetch only where there is no key, or one that may be outdated.</summary>
    public ValueTask<FoundKey> FindAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var state = _state;
        if (!state.IsDue(now))
            return ValueTask.FromResult(state.At(now));
        var flight = Fly(evenIfNotDue: false);
        return state.IsWaitedFor(now) ? new ValueTask<FoundKey>(LandAsync(flight, ct)) : ValueTask.FromResult(state.At(now));
    }

    /// <summary>Fetches now, whatever is known: an administrator asks.</summary>
    public Task<FoundKey> FetchAsync(CancellationToken ct) => LandAsync(Fly(evenIfNotDue: true), ct);

    private async Task<FoundKey> LandAsync(Task flight, CancellationToken ct)
    {
        await flight.WaitAsync(ct).ConfigureAwait(false);
        return Current;
    }

    private Task Fly(bool evenIfNotDue)
    {
        lock (_lock)
        {
            if (_flight is not null)
                return _flight;
            // Another one may have landed since the caller looked.
            return evenIfNotDue || _state.IsDue(clock.GetUtcNow()) ? _flight = Task.Run(FlyAsync, CancellationToken.None) : Task.CompletedTask;
        }
    }

    private async Task FlyAsync()
    {
        try
        {
            var key = await FetchKeyAsync().ConfigureAwait(false);
            if (_state.Key is null || _state.Key.KeyId != key.KeyId || _state.Fault is not null)
                log.LogInformation("Tokens are encrypted to the key {KeyId} of {Url}", key.KeyId ?? "without a name", url);
            _state = PublishedKeyState.Good(key, clock.GetUtcNow(), Random.Shared.NextDouble());
        }
        catch (FetchException fault)
        {
            _state = _state.Bad(fault.Message, clock.GetUtcNow(), Random.Shared.NextDouble());
            log.LogWarning(
                "An encryption key could not be fetched, {Consequence}: {Reason}",
                Current.Key is null ? "and no token is issued for its resource" : "and the one that is known is used on, for a day at most",
                fault.Message);
        }
        catch (OperationCanceledException)
        {
            // The issuer stops.
        }
        finally
        {
            lock (_lock)
                _flight = null;
        }
    }

    private async Task<EncryptionKey> FetchKeyAsync()
    {
        var document = await fetcher.FetchAsync(url, stopping).ConfigureAwait(false);
        try
        {
            return EncryptionKeySet.Parse(document).Keys.FirstOrDefault(EncryptionRules.IsNamedWell)
                ?? throw new FetchException($"{url} holds no public key for encryption that can be used.");
        }
        catch (InvalidKeyException fault)
        {
            throw new FetchException($"{url}: {fault.Message}", fault);
        }
    }
}
