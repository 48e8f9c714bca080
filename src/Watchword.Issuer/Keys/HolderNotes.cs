// Who fetched which keys: noted in memory, written every few seconds, so that a fetch costs no write and a restart forgets nobody.
// Anybody may claim anything here, so all of it is bounded.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>Remembers the targets that fetched the keys in the last 24 hours: 1,000 for each resource, the latest.</summary>
internal sealed class HolderNotes(Database database, TimeProvider clock) : IDisposable
{
    /// <summary>How long a target that does not fetch is remembered: as long as it may use the keys it has.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private const int MostOfOneResource = 1_000;
    private const int MostPending = 1_000;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private Dictionary<(string Resource, string Instance), Note> _pending = [];

    /// <summary>The number of notes that are not written yet.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
                return _pending.Count;
        }
    }

    /// <summary>Notes that a target was given a set. It never waits; beyond 1,000 targets in two seconds, others are not noted.</summary>
    public void Add(KeyHolder holder, long newestKey)
    {
        var note = new Note(holder.Version, newestKey, clock.NowAsStored());
        lock (_gate)
        {
            if (_pending.Count < MostPending || _pending.ContainsKey((holder.Resource, holder.Instance)))
                _pending[(holder.Resource, holder.Instance)] = note;
        }
    }

    /// <summary>
    /// Writes what was noted, and waits for what is being written: whoever counts afterwards misses nobody. If it fails, it is kept
    /// for the next time.
    /// </summary>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public async Task FlushAsync(CancellationToken ct)
    {
        await _flushing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await WriteOrKeepAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <summary>For each key, how many targets of its algorithm's resources were seen lately, and how many were given the key.</summary>
    public async Task<IReadOnlyDictionary<string, KeyHolders>> CountAsync(CancellationToken ct)
    {
        var (since, until) = Lately();
        var rows = await database.ReadAsync(
            """
            SELECT k.kid, COUNT(h.instance), COALESCE(SUM(CASE WHEN h.served >= k.number THEN 1 ELSE 0 END), 0) FROM signing_key k
            JOIN resource r ON r.algorithm = k.algorithm
            JOIN key_holder h ON h.resource = r.resource AND h.seen >= @since AND h.seen <= @until
            GROUP BY k.kid
            """,
            row => (row.GetString(0), new KeyHolders((int)row.GetInt64(1), (int)row.GetInt64(2))),
            ct, ("since", since), ("until", until)).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Item1, row => row.Item2, StringComparer.Ordinal);
    }

    /// <summary>The targets seen lately that were not given a key, those seen last first; at most ten.</summary>
    public Task<IReadOnlyList<(string Resource, string Instance, string Version, DateTimeOffset Seen)>> WithoutAsync(string kid, CancellationToken ct)
    {
        var (since, until) = Lately();
        return database.ReadAsync(
            """
            SELECT h.resource, h.instance, h.version, h.seen FROM signing_key k
            JOIN resource r ON r.algorithm = k.algorithm
            JOIN key_holder h ON h.resource = r.resource AND h.seen >= @since AND h.seen <= @until
            WHERE k.kid = @kid AND h.served < k.number ORDER BY h.seen DESC, h.resource, h.instance LIMIT 10
            """,
            row => (row.GetString(0), row.GetString(1), row.GetString(2), row.Time(3)),
            ct, ("kid", kid), ("since", since), ("until", until));
    }

    public void Dispose() => _flushing.Dispose();

    // A target noted by a clock that was ahead would delay for as long as that clock was wrong.
    private (DateTimeOffset Since, DateTimeOffset Until) Lately()
    {
        var now = clock.GetUtcNow();
        return (now - Remembered, now + TimeSpan.FromMinutes(5));
    }

    private async Task WriteOrKeepAsync(CancellationToken ct)
    {
        Dictionary<(string Resource, string Instance), Note> notes;
        lock (_gate)
        {
            if (_pending.Count == 0) return;
            (notes, _pending) = (_pending, []);
        }
        try
        {
            await database.WriteAsync(transaction => WriteAsync(transaction, notes), ct).ConfigureAwait(false);
        }
        catch
        {
            lock (_gate)
            {
                foreach (var (target, note) in notes)
                    _pending.TryAdd(target, note);
            }
            throw;
        }
    }

    // Only registered resources have targets.
    private async Task<bool> WriteAsync(Transaction transaction, Dictionary<(string Resource, string Instance), Note> notes)
    {
        foreach (var ((resource, instance), note) in notes)
        {
            await transaction.ExecuteAsync(
                """
                INSERT INTO key_holder (resource, instance, version, served, seen)
                SELECT resource, @instance, @version, @served, @seen FROM resource WHERE resource = @resource
                ON CONFLICT (resource, instance) DO UPDATE SET version = excluded.version, served = excluded.served, seen = excluded.seen
                """,
                ("resource", resource), ("instance", instance), ("version", note.Version), ("served", note.Newest), ("seen", note.Seen)).ConfigureAwait(false);
        }
        foreach (var resource in notes.Keys.Select(target => target.Resource).Distinct(StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync(
                """
                DELETE FROM key_holder WHERE resource = @resource AND instance NOT IN
                  (SELECT instance FROM key_holder WHERE resource = @resource ORDER BY seen DESC, instance LIMIT @most)
                """,
                ("resource", resource), ("most", MostOfOneResource)).ConfigureAwait(false);
        }
        var (since, until) = Lately();
        await transaction.ExecuteAsync("DELETE FROM key_holder WHERE seen < @since OR seen > @until", ("since", since), ("until", until)).ConfigureAwait(false);
        return true;
    }

    private sealed record Note(string Version, long Newest, DateTimeOffset Seen);
}
