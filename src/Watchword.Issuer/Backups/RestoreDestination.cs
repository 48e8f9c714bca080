// Where a restored database goes: what may be there already, what is moved aside, and the order in which things get their names.
using System.Security.Cryptography;
using Watchword.Files;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Backups;

internal sealed class RestoreDestination(DataFolder folder, RestoreRequest request)
{
    /// <summary>The master keys that the backup is checked with: one of them must fit.</summary>
    public IReadOnlyList<string> MasterKeyFiles => request.MasterKeyFile is { } file ? [file]
        : request.ExternalMasterKeyFile is { } files ? MasterKeys.Split(files)
        : [folder.MasterKeyPath];

    private bool ReplacesKey => request.MasterKeyFile is { } file && Path.GetFullPath(file) != folder.MasterKeyPath;

    /// <summary>Refuses when something is in the way, or the master key is missing.</summary>
    /// <exception cref="StorageException">One sentence.</exception>
    public void Check()
    {
        if (!request.Force && InTheWay().Any())
        {
            throw new StorageException(
                $"the data folder '{folder.FolderPath}' is not empty; name a new folder, or move its database aside with --force");
        }
        if (MasterKeyFiles.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new StorageException(
                $"the master key '{missing}' does not exist, and a backup is worth nothing without the key it was made with; name the key's file");
        }
    }

    /// <summary>Moves aside what was there, then puts the key and last the database in place. If that fails, what was there is put back.</summary>
    public RestoreResult Place(string staged)
    {
        var key = ReplacesKey ? File.ReadAllBytes(request.MasterKeyFile!) : null;
        var aside = request.Force ? FreeAsideName() : null;
        var moved = new List<string>();
        string[] ours = [];
        try
        {
            if (aside is not null)
                MoveAside(aside, moved);
            // Both names are free now, so that from here on only ours can stand there.
            ours = key is null ? [folder.DatabasePath] : [folder.DatabasePath, folder.MasterKeyPath];
            if (key is not null)
                PrivateFile.WriteNew(folder.MasterKeyPath, key);
            PrivateFile.Publish(staged, folder.DatabasePath);
        }
        catch
        {
            PutBack(aside, moved, ours);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
        return new RestoreResult(folder.FolderPath, moved.Count > 0 ? aside : null);
    }

    // A lock and a socket are left behind by any server, and the key may have been put there for this restore.
    private IEnumerable<string> InTheWay() => Directory.EnumerateFileSystemEntries(folder.FolderPath)
        .Where(path => path != folder.LockPath && path != folder.SocketPath && (ReplacesKey || path != folder.MasterKeyPath));

    private string FreeAsideName()
    {
        var number = 1;
        while (Path.Exists(folder.AsidePath(number)))
            number++;
        return folder.AsidePath(number);
    }

    private void MoveAside(string aside, List<string> moved)
    {
        // A rewrap that was cut off left a key beside the database, which may be the one that opens it.
        string[] files = [.. SqliteFile.FilesOf(folder.DatabasePath), folder.NextMasterKeyPath, .. ReplacesKey ? (string[])[folder.MasterKeyPath] : []];
        foreach (var file in files.Where(File.Exists))
        {
            if (moved.Count == 0)
                PrivateFile.CreateFolder(aside);
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
            moved.Add(file);
        }
        if (moved.Count == 0)
            return;
        Unix.SyncFolder(aside);
        Unix.SyncFolder(folder.FolderPath);
    }

    // Our database goes first and the former comes last: without one nothing else is used.
    private static void PutBack(string? aside, List<string> moved, string[] ours)
    {
        foreach (var file in ours.Where(File.Exists))
            File.Delete(file);
        foreach (var file in Enumerable.Reverse(moved))
            File.Move(Path.Combine(aside!, Path.GetFileName(file)), file, overwrite: true);
        if (Directory.Exists(aside) && !Directory.EnumerateFileSystemEntries(aside).Any())
            Directory.Delete(aside);
    }
}
