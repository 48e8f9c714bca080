// A thin, featureless layer over the two databases: one SQL text for both, and here alone what differs between them.
using System.Data.Common;

namespace Watchword.Issuer.Storage;

/// <summary>The databases that the one SQL text runs on.</summary>
internal enum Dialect
{
    Sqlite,
    PostgreSql,
}

/// <summary>
/// Reads and writes. Values are bound by name (<c>@name</c>); bytes travel as base64url text, times as Unix milliseconds, truth as 0 and 1.
/// Writes are serialised, in the process and between nodes. Every fault of the database is a <see cref="StorageException"/>.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    // Any constant will do: it is the name of this program's write lock among PostgreSQL's advisory locks.
    private const string PostgreSqlWriteLock = "SELECT pg_advisory_xact_lock(6286372940041351236)";
    private readonly DbDataSource _source;
    private readonly SqliteFile? _file;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private Database(DbDataSource source, SqliteFile? file)
    {
        _source = source;
        _file = file;
    }

    /// <summary>Which database this is.</summary>
    public Dialect Dialect => _file is null ? Dialect.PostgreSql : Dialect.Sqlite;

    /// <summary>What to call the database in a sentence.</summary>
    public string Name => _file is null ? "the database" : $"the database '{_file.FullPath}'";

    /// <summary>Raised after every <see cref="ChangeAsync{T}"/>, whatever its end: what is remembered of the database may be wrong now.</summary>
    public event Action? Changed;

    /// <summary>Opens the SQLite file, creating it (0600) when it is missing, and migrates it. If that fails, a file it made is removed again.</summary>
    public static async Task<Database> OpenSqliteAsync(string path, CancellationToken ct)
    {
        var file = SqliteFile.Prepare(path);
        var database = new Database(file.Source, file);
        try
        {
            await Migrations.ApplyAsync(database, ct).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            file.RemoveIfCreated();
            throw;
        }
    }

    /// <summary>Takes over a PostgreSQL data source and migrates the database behind it.</summary>
    public static async Task<Database> OpenPostgreSqlAsync(DbDataSource source, CancellationToken ct)
    {
        var database = new Database(source, null);
        try
        {
            await Migrations.ApplyAsync(database, ct).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads all rows.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(
        string sql, Func<DbDataReader, T> map, CancellationToken ct, params (string Name, object? Value)[] values)
    {
        try
        {
            await using var connection = await ConnectAsync(ct).ConfigureAwait(false);
            return await new Transaction(connection, null, ct).ReadAsync(sql, map, values).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw DatabaseFaults.Explain(e, Name);
        }
    }

    /// <summary>Reads the first row, or <see langword="null"/>.</summary>
    public async Task<T?> ReadOneAsync<T>(
        string sql, Func<DbDataReader, T> map, CancellationToken ct, params (string Name, object? Value)[] values) where T : class
    {
        var rows = await ReadAsync(sql, map, ct, values).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }

    /// <summary>
    /// Runs a transaction that nobody else's write interleaves with. It is on disk when this returns; if the work throws, nothing of it is.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        await _writing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await using var connection = await ConnectAsync(ct).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            var session = new Transaction(connection, transaction, ct);
            if (_file is null)
                await session.ExecuteAsync(PostgreSqlWriteLock).ConfigureAwait(false);
            var result = await work(session).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (DbException e)
        {
            throw DatabaseFaults.Explain(e, Name);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>An administrator's write: as <see cref="WriteAsync{T}"/>, and then, also when its end is unknown, tells <see cref="Changed"/>.</summary>
    public async Task<T> ChangeAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        try
        {
            return await WriteAsync(work, ct).ConfigureAwait(false);
        }
        finally
        {
            Changed?.Invoke();
        }
    }

    /// <summary>Whether the database answers.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            return (await ReadAsync("SELECT version FROM schema_version", row => row.GetInt64(0), ct).ConfigureAwait(false)).Count == 1;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>Writes a consistent copy into an existing empty file. SQLite only: PostgreSQL has its own tools.</summary>
    public async Task CopyToAsync(string emptyFile, CancellationToken ct)
    {
        if (_file is null)
            throw new StorageException("a PostgreSQL database is not backed up by this program; use pg_dump");
        try
        {
            await using var connection = await ConnectAsync(ct).ConfigureAwait(false);
            await new Transaction(connection, null, ct).ExecuteAsync("VACUUM INTO @file", ("file", emptyFile)).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            throw DatabaseFaults.Explain(e, Name);
        }
    }

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _file?.Close();
        await _source.DisposeAsync().ConfigureAwait(false);
        _writing.Dispose();
    }

    private async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = await _source.OpenConnectionAsync(ct).ConfigureAwait(false);
        try
        {
            if (_file is not null)
                await new Transaction(connection, null, ct).ExecuteAsync(SqliteFile.ConnectionPragmas).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
