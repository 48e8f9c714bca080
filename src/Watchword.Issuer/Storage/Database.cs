using System.Data.Common;

namespace Watchword.Issuer.Storage;

internal enum Dialect
{
    Sqlite,
    PostgreSql,
}

internal sealed class Database : IAsyncDisposable
{
    public Dialect Dialect => throw new NotImplementedException();

    /// <summary>Raised after every <see cref="ChangeAsync{T}"/>, when what the warm path remembers must be forgotten.</summary>
    public event Action? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>Opens (creates, 0600) and migrates the SQLite file; on failure a file it made is removed.</summary>
    public static Task<Database> OpenSqliteAsync(string path, CancellationToken ct) => throw new NotImplementedException();

    public static Task<Database> OpenPostgreSqlAsync(DbDataSource source, CancellationToken ct) => throw new NotImplementedException();

    public Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken ct, params (string Name, object? Value)[] values) => throw new NotImplementedException();

    public Task<T?> ReadOneAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken ct, params (string Name, object? Value)[] values) where T : class => throw new NotImplementedException();

    public Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct) => throw new NotImplementedException();

    public Task<T> ChangeAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>True when a query succeeds: for /healthz/ready.</summary>
    public Task<bool> IsReadyAsync(CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
