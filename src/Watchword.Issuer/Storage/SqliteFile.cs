// SQLite's side of the database: the file, its marks, and the settings that make an acknowledged write survive a power cut.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Watchword.Files;

namespace Watchword.Issuer.Storage;

internal sealed class SqliteFile
{
    /// <summary>What every connection is told before its first statement. WAL itself is a property of the file, set once.</summary>
    public const string ConnectionPragmas = "PRAGMA busy_timeout=5000; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON";

    /// <summary>"WwdS" in the file's header (PRAGMA application_id): this is a Watchword database.</summary>
    public const long WatchwordMark = 0x57776453;

    private readonly string _connectionString;
    private readonly bool _created;

    private SqliteFile(string path, bool created)
    {
        FullPath = path;
        _created = created;
        _connectionString = ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: true);
        Source = SqliteFactory.Instance.CreateDataSource(_connectionString);
    }

    /// <summary>The full path of the file.</summary>
    public string FullPath { get; }

    /// <summary>Opens connections to the file.</summary>
    public DbDataSource Source { get; }

    /// <summary>Creates the file when it is missing, checks that it is ours, marks a new one, and switches to WAL.</summary>
    public static SqliteFile Prepare(string path)
    {
        var created = false;
        SqliteFile? file = null;
        try
        {
            // SQLite would make it by the umask, and gives its -wal and -shm the mode of the database.
            if (!Path.Exists(path))
            {
                PrivateFile.Create(path).Dispose();
                created = true;
            }
            file = new SqliteFile(path, created);
            file.MarkAndCheck();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DbException or StorageException)
        {
            file?.Close();
            if (created)
                Remove(path);
            throw e switch
            {
                StorageException known => known,
                DbException fault => DatabaseFaults.Explain(fault, $"the database '{path}'"),
                _ => new StorageException($"the database '{path}' cannot be opened: {e.Message.TrimEnd('.')}; make it readable and writable for this user", e),
            };
        }
    }

    /// <summary>Whether the file's header says that it is a Watchword database. Changes nothing.</summary>
    public static bool IsOurs(SqliteConnection connection) => Scalar(connection, "PRAGMA application_id") is WatchwordMark;

    /// <summary>The files that a database may consist of.</summary>
    public static string[] FilesOf(string path) => [path, path + "-wal", path + "-shm", path + "-journal"];

    /// <summary>A connection string for one file.</summary>
    public static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = pooling,
        DefaultTimeout = 5,
    }.ConnectionString;

    /// <summary>Runs one statement and answers its first value.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>Closes the pooled connections; the last one folds the log into the database.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    /// <summary>Removes a database that this object created, after <see cref="Close"/>.</summary>
    public void RemoveIfCreated()
    {
        if (_created)
            Remove(FullPath);
    }

    private void MarkAndCheck()
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Scalar(connection, ConnectionPragmas);
        if (!IsOurs(connection))
        {
            if (Scalar(connection, "SELECT COUNT(*) FROM sqlite_master") is not 0L)
                throw new StorageException($"'{FullPath}' is a database of another program; move it away or name another data folder");
            Scalar(connection, $"PRAGMA application_id={WatchwordMark}");
        }
        if (Scalar(connection, "PRAGMA journal_mode=WAL") is not "wal")
            throw new StorageException($"the database '{FullPath}' cannot use a write-ahead log where it is; put the data folder on a local disk");
    }

    private static void Remove(string path)
    {
        foreach (var file in FilesOf(path))
            File.Delete(file);
    }
}
