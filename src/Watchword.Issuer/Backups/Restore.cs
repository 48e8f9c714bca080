// Puts a backup into a data folder that no server is using. Everything is checked before anything is put in place.
using Microsoft.Data.Sqlite;
using Watchword.Files;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Backups;

/// <summary>Puts a backup into a data folder.</summary>
public static class Restore
{
    /// <summary>
    /// Restores a backup: takes the folder's lock, copies the file into it, checks that the copy is an undamaged Watchword database and that
    /// the master key fits, and only then moves it into place.
    /// </summary>
    /// <param name="request">What to restore, and where.</param>
    /// <param name="ct">Gives up, before anything is put in place.</param>
    /// <exception cref="StorageException">One sentence: what is wrong and what to do. Nothing was put in place.</exception>
    public static async Task<RestoreResult> RunAsync(RestoreRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!File.Exists(request.BackupFile))
            throw new StorageException($"the backup '{request.BackupFile}' does not exist; name the file that the backup was written to");
        using var folder = DataFolder.Open(request.DataFolder);
        var staged = PrivateFile.TemporaryNameFor(folder.DatabasePath);
        try
        {
            var destination = new RestoreDestination(folder, request);
            destination.Check();
            await CopyAsync(request.BackupFile, staged, ct).ConfigureAwait(false);
            await CheckAsync(staged, destination.MasterKeyFiles, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            return destination.Place(staged);
        }
        catch (Exception e)
        {
            foreach (var file in SqliteFile.FilesOf(staged))
                File.Delete(file);
            folder.Abandon();
            throw e switch
            {
                // The administrator knows the backup, not the copy that was checked.
                StorageException => new StorageException(e.Message.Replace(staged, request.BackupFile, StringComparison.Ordinal), e),
                IOException or UnauthorizedAccessException => new StorageException(
                    $"the backup cannot be restored into '{folder.FolderPath}': {e.Message.TrimEnd('.')}; make room, or make the files accessible", e),
                SqliteException => new StorageException($"'{request.BackupFile}' is damaged or not a backup of Watchword; name another file", e),
                _ => e,
            };
        }
    }

    private static async Task CopyAsync(string from, string to, CancellationToken ct)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using var target = PrivateFile.Create(to);
        await source.CopyToAsync(target, ct).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
    }

    private static async Task CheckAsync(string staged, IReadOnlyList<string> masterKeyFiles, CancellationToken ct)
    {
        using (var connection = new SqliteConnection(SqliteFile.ConnectionString(staged, SqliteOpenMode.ReadWrite, pooling: false)))
        {
            connection.Open();
            if (!SqliteFile.IsOurs(connection))
                throw new StorageException($"'{staged}' is not a backup of Watchword; name another file");
            if (SqliteFile.Scalar(connection, "PRAGMA integrity_check") is not "ok")
                throw new StorageException($"the backup '{staged}' is damaged; use another one");
        }
        using var masters = MasterKeys.Read(masterKeyFiles);
        await using var database = await Database.OpenSqliteAsync(staged, ct).ConfigureAwait(false);
        using var keys = await DataKeys.ReadAsync(database, masters, ct).ConfigureAwait(false);
        var store = new KeyStore(database, keys, TimeProvider.System);
        foreach (var stored in await store.ReadAsync(revokedToo: false, ct).ConfigureAwait(false))
            store.Open(stored).Dispose();
    }
}
