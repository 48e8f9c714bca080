// Who calls whom, counted in memory and written every few seconds, so that a token costs no write.
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Usage;

/// <summary>
/// Counts issued tokens per client and resource, and when and from where each credential was last used. A flush that fails keeps the counts for the next
/// one; a process that is killed loses those of the last seconds.
/// </summary>
internal sealed class UsageCounter : IAsyncDisposable
{
    private const int MostEntries = 20_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Database _database;
    private readonly ILogger<UsageCounter> _log;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private UsageCounts _counts = new(MostEntries);
    private UsageCounts? _writing;

    /// <summary>Starts counting, and flushes every 5 seconds.</summary>
    public UsageCounter(Database database, ILogger<UsageCounter> log, TimeProvider clock)
    {
        _database = database;
        _log = log;
        _timer = clock.CreateTimer(_ => _ = FlushUnlessBusyAsync(), null, Interval, Interval);
    }

    /// <summary>Counts one issued token. It never waits for the database.</summary>
    public void Count(string clientId, string resource, string credentialId, LastUse use)
    {
        bool isFilling;
        lock (_gate)
            isFilling = _counts.Add((clientId, resource), credentialId, use);
        if (isFilling)
            _ = FlushUnlessBusyAsync();
    }

    /// <summary>The last use of a credential that is counted and not written yet, or being written just now.</summary>
    public LastUse? FindUnwritten(string credentialId)
    {
        lock (_gate)
        {
            return _counts.Credentials.TryGetValue(credentialId, out var use) || (_writing?.Credentials.TryGetValue(credentialId, out use) ?? false)
                ? use
                : null;
        }
    }

    /// <summary>Writes what was counted. Faults of the database are logged, never thrown, and what could not be written is kept.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        await _flushing.WaitAsync(ct).ConfigureAwait(false);
        await FlushAndReleaseAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Stops counting and writes the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    // A database that hangs must not gather flushes that wait for it.
    private Task FlushUnlessBusyAsync() => _flushing.Wait(0) ? FlushAndReleaseAsync(CancellationToken.None) : Task.CompletedTask;

    private async Task FlushAndReleaseAsync(CancellationToken ct)
    {
        try
        {
            UsageCounts counted;
            lock (_gate)
                (_writing, counted, _counts) = (_counts, _counts, new UsageCounts(MostEntries));
            if (!counted.IsEmpty)
                await WriteOrKeepAsync(counted, ct).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _writing = null;
            _flushing.Release();
        }
    }

    private async Task WriteOrKeepAsync(UsageCounts counted, CancellationToken ct)
    {
        try
        {
            await _database.WriteAsync(transaction => WriteAsync(transaction, counted), ct).ConfigureAwait(false);
            if (counted.Dropped > 0)
                _log.LogWarning("Usage of {Tokens} tokens was not counted, because more was used at once than is remembered.", counted.Dropped);
        }
        catch (Exception e)
        {
            lock (_gate)
                _counts.Merge(counted);
            _log.LogWarning("Usage could not be written and is kept for the next try: {Reason}.", e.Message);
        }
    }

    // A client or resource that was deleted meanwhile is left out, rather than failing the others.
    private static async Task<bool> WriteAsync(Transaction transaction, UsageCounts counted)
    {
        foreach (var ((client, resource), use) in counted.Uses)
        {
            await transaction.ExecuteAsync(
                """
                INSERT INTO client_usage (client_id, resource, tokens, last_used)
                SELECT c.client_id, r.resource, @tokens, @now FROM client c CROSS JOIN resource r
                WHERE c.client_id = @client AND r.resource = @resource
                ON CONFLICT (client_id, resource) DO UPDATE SET tokens = client_usage.tokens + excluded.tokens,
                  last_used = CASE WHEN excluded.last_used > client_usage.last_used THEN excluded.last_used ELSE client_usage.last_used END
                """,
                ("client", client), ("resource", resource), ("tokens", use.Tokens), ("now", use.Last)).ConfigureAwait(false);
        }
        foreach (var (credential, last) in counted.Credentials)
        {
            await transaction.ExecuteAsync(
                "UPDATE credential SET last_used = @now, last_used_from = @from WHERE credential_id = @id AND (last_used IS NULL OR last_used < @now)",
                ("id", credential), ("now", last.Time), ("from", PeerAddress.Text(last.From))).ConfigureAwait(false);
        }
        return true;
    }
}
