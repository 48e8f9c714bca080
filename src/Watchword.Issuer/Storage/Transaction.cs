using System.Data.Common;

namespace Watchword.Issuer.Storage;

internal sealed class Transaction
{
    public Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] values) => throw new NotImplementedException();

    public Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] values) => throw new NotImplementedException();

    public Task<T?> ReadOneAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] values) where T : class => throw new NotImplementedException();
}
