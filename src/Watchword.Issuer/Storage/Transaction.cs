// The statements of one transaction, or of one reading connection.
using System.Buffers.Text;
using System.Data.Common;

namespace Watchword.Issuer.Storage;

internal sealed class Transaction(DbConnection connection, DbTransaction? transaction, CancellationToken ct)
{
    /// <summary>Runs a statement and answers how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] values)
    {
        await using var command = Prepare(sql, values);
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Reads all rows.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] values)
    {
        await using var command = Prepare(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>Reads the first row, or <see langword="null"/>.</summary>
    public async Task<T?> ReadOneAsync<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] values) where T : class
    {
        var rows = await ReadAsync(sql, map, values).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : null;
    }

    private DbCommand Prepare(string sql, (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = Stored(value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        string or long => value,
        int number => (long)number,
        bool truth => truth ? 1L : 0L,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        byte[] bytes => Base64Url.EncodeToString(bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} is not stored.", nameof(value)),
    };
}
