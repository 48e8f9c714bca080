// One file that holds everything but the master key: a consistent copy of the database, in which the other keys are wrapped.
using Watchword.Files;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Backups;

internal static class Backup
{
    /// <summary>
    /// Writes a copy of the database while it is in use, and answers its size in bytes. The file appears under its name whole, on disk, and
    /// 0600, or not at all.
    /// </summary>
    /// <param name="database">What is copied.</param>
    /// <param name="file">An absolute path that must not exist, in a folder that does.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <exception cref="RefusedException">The file exists, or its folder does not or may not be written.</exception>
    /// <exception cref="StorageException">The copy failed: the disk is full, for one.</exception>
    public static async Task<long> WriteAsync(Database database, string file, CancellationToken ct)
    {
        if (!Path.IsPathFullyQualified(file) || file.Contains('\0', StringComparison.Ordinal))
            throw new RefusedException(Refusal.Invalid, "The backup is written by the server, which needs an absolute path; give one.");
        if (Path.Exists(file))
            throw new RefusedException(Refusal.AlreadyExists, $"'{file}' exists already, and a backup is never written over anything; give another name.");
        var temporary = PrivateFile.TemporaryNameFor(file);
        try
        {
            await using (PrivateFile.Create(temporary))
            {
            }
            await Task.Run(() => database.CopyToAsync(temporary, ct), ct).ConfigureAwait(false);
            var bytes = Sync(temporary);
            PrivateFile.Publish(temporary, file);
            return bytes;
        }
        catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new RefusedException(Refusal.Invalid, $"The backup '{file}' cannot be written: {e.Message.TrimEnd('.')}; give a folder that exists and that the server may write.");
        }
        catch (IOException e)
        {
            throw new StorageException($"the backup '{file}' cannot be written: {e.Message.TrimEnd('.')}; give a folder that exists and has room", e);
        }
        finally
        {
            RemoveQuietly(temporary);
        }
    }

    private static long Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
        return file.Length;
    }

    private static void RemoveQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its folder is not there, or not ours: then neither is the file.
        }
    }
}
