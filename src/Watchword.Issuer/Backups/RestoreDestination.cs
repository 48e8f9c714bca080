// Where a restored database goes: what may be there already, what is moved aside, and the order in which things get their names.
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

    /// <summary>Moves aside what was there, then puts the key and last the database in place.</summary>
    public RestoreResult Place(string staged)
    {
        var aside = request.Force ? MoveAside() : null;
        if (ReplacesKey)
            PrivateFile.WriteNew(folder.MasterKeyPath, File.ReadAllBytes(request.MasterKeyFile!));
        PrivateFile.Publish(staged, folder.DatabasePath);
        return new RestoreResult(folder.FolderPath, aside);
    }

    // A lock and a socket are left behind by any server, and the key may have been put there for this restore.
    private IEnumerable<string> InTheWay() => Directory.EnumerateFileSystemEntries(folder.FolderPath)
        .Where(path => path != folder.LockPath && path != folder.SocketPath && (ReplacesKey || path != folder.MasterKeyPath));

    private string? MoveAside()
    {
        // A rewrap that was cut off left a key beside the database, which may be the one that opens it.
        string[] files = [.. SqliteFile.FilesOf(folder.DatabasePath), folder.NextMasterKeyPath, .. ReplacesKey ? (string[])[folder.MasterKeyPath] : []];
        files = [.. files.Where(File.Exists)];
        if (files.Length == 0)
            return null;
        var number = 1;
        while (Path.Exists(AsideName(number)))
            number++;
        var aside = AsideName(number);
        PrivateFile.CreateFolder(aside);
        foreach (var file in files)
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        Unix.SyncFolder(aside);
        Unix.SyncFolder(folder.FolderPath);
        return aside;
    }

    private string AsideName(int number) => Path.Combine(folder.FolderPath, $"replaced-{number}");
}
