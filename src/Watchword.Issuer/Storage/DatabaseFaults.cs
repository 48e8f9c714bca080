// Turns what a database driver throws into one sentence for the administrator.
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Watchword.Issuer.Storage;

internal static class DatabaseFaults
{
    /// <summary>Says in one sentence what is wrong with the database called <paramref name="name"/> and what to do.</summary>
    public static StorageException Explain(DbException fault, string name)
    {
        var sentence = fault is SqliteException sqlite ? OfSqlite(sqlite, name) : OfPostgreSql(fault, name);
        return new StorageException(sentence, fault);
    }

    // https://sqlite.org/rescode.html
    private static string OfSqlite(SqliteException fault, string name) => fault.SqliteErrorCode switch
    {
        5 or 6 => $"{name} is locked by another program; end that program and try again",
        8 => $"{name} cannot be written; make the file and its folder writable for this user",
        10 => $"{name} cannot be read or written because the disk reports an error; check the disk and its free space",
        11 => $"{name} is damaged; restore it from a backup",
        13 => $"{name} cannot be written because the disk is full; free some space and try again",
        14 => $"{name} cannot be opened; make the file and its folder readable and writable for this user",
        26 => $"{name} is not a database; move the file away or restore it from a backup",
        _ => $"{name} reports a fault ({OneLine(fault)}); see the log",
    };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static string OfPostgreSql(DbException fault, string name) => fault.SqlState switch
    {
        "53100" => $"{name} cannot be written because its disk is full; free some space and try again",
        "25006" => $"{name} is read-only; connect to the primary server",
        ['2', '8', ..] => $"{name} refuses the user name or password; check the connection settings",
        null => $"{name} cannot be reached; check that the server runs and the connection settings are right",
        _ => $"{name} reports a fault ({OneLine(fault)}); see the log",
    };

    private static string OneLine(DbException fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
