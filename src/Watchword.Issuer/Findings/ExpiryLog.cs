// Warns in the log of credentials that are about to expire, at the start and every day, and once more when one has expired that was in use.
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Findings;

internal sealed class ExpiryLog : IAsyncDisposable
{
    private const int MostLines = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private readonly CredentialReview _review;
    private readonly ILogger<ExpiryLog> _log;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _sweeping = new(1, 1);
    private readonly ITimer _timer;
    private DateTimeOffset? _swept;

    /// <summary>Begins to watch.</summary>
    public ExpiryLog(CredentialReview review, ILogger<ExpiryLog> log, TimeProvider clock)
    {
        _review = review;
        _log = log;
        _clock = clock;
        _timer = clock.CreateTimer(_ => _ = SweepUnlessBusyAsync(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>Waits until no lines are being written.</summary>
    public async Task IdleAsync()
    {
        await _sweeping.WaitAsync().ConfigureAwait(false);
        _sweeping.Release();
    }

    /// <summary>Ends it, after the lines that are being written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await IdleAsync().ConfigureAwait(false);
        _sweeping.Dispose();
    }

    private Task SweepUnlessBusyAsync() => _sweeping.Wait(0) ? SweepAsync() : Task.CompletedTask;

    private async Task SweepAsync()
    {
        try
        {
            var now = _clock.GetUtcNow();
            var expired = await _review.ExpiredAsync(_swept ?? now - CredentialReview.Ahead, now, CancellationToken.None).ConfigureAwait(false);
            var expiring = await _review.ExpiringAsync(now, now + CredentialReview.Ahead, CancellationToken.None).ConfigureAwait(false);
            _swept = now;
            Write([.. expired.Rows.Where(CredentialReview.WasInUse)], "expired", "ago", now);
            Write(expiring.Rows, "expires", "from now", now);
        }
        catch (Exception fault)
        {
            _log.LogWarning("Expiring credentials could not be looked for, and will be again in a day: {Reason}.", fault.Message);
        }
        finally
        {
            _sweeping.Release();
        }
    }

    private void Write(IReadOnlyList<Credential> credentials, string verb, string direction, DateTimeOffset now)
    {
        foreach (var credential in credentials.Take(MostLines))
        {
            _log.LogWarning(
                "The credential {Credential} ('{Name}') of {Client} {Verb} at {Time:u}, {Span} {Direction}: give the client another and revoke this one.",
                credential.CredentialId, credential.Name, credential.ClientId, verb, credential.Expires,
                TimeText.Span((credential.Expires!.Value - now).Duration()), direction);
        }
        if (credentials.Count > MostLines)
            _log.LogWarning("It is so with more credentials than these {Shown}; see them with: watchword doctor.", MostLines);
    }
}
