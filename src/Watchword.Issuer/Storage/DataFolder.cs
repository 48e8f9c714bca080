// The one folder in which an issuer keeps everything: its names, its privacy, and the lock that lets one server use it at a time.
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;

namespace Watchword.Issuer.Storage;

/// <summary>
/// The issuer's data folder: database, master key, lock file and admin socket. It belongs to the user who runs the issuer, mode 0700, and
/// is refused when anybody else can reach it.
/// </summary>
public sealed class DataFolder : IDisposable
{
    // sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
    private const int LongestSocketPath = 100;
    private FileStream? _lock;
    private List<string> _created = [];

    private DataFolder(string path)
    {
        FolderPath = path;
        DatabasePath = Path.Combine(path, "watchword.db");
        MasterKeyPath = Path.Combine(path, "master.key");
        LockPath = Path.Combine(path, "lock");
        var socket = Path.Combine(path, "admin.sock");
        SocketPath = Encoding.UTF8.GetByteCount(socket) <= LongestSocketPath ? socket : ShortSocketPath(path);
    }

    /// <summary>
    /// The folder that is used when none is named: <c>$XDG_DATA_HOME/watchword</c>, or <c>~/.local/share/watchword</c> when that variable
    /// is not set to an absolute path.
    /// </summary>
    /// <exception cref="StorageException">The user has no home folder.</exception>
    public static string DefaultPath
    {
        get
        {
            var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            if (Path.IsPathFullyQualified(data ?? ""))
                return Path.Combine(data!, "watchword");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0
                ? Path.Combine(home, ".local", "share", "watchword")
                : throw new StorageException("there is no home folder to keep data in; name a data folder or set XDG_DATA_HOME");
        }
    }

    /// <summary>The full path of the folder.</summary>
    public string FolderPath { get; }

    /// <summary>The SQLite database, <c>watchword.db</c>.</summary>
    public string DatabasePath { get; }

    /// <summary>The master key, <c>master.key</c>, unless it is kept elsewhere by <c>WATCHWORD_MASTER_KEY_FILE</c>.</summary>
    public string MasterKeyPath { get; }

    /// <summary>A new master key, <c>master.key.next</c>, while the data keys are being rewrapped by it.</summary>
    internal string NextMasterKeyPath => MasterKeyPath + ".next";

    /// <summary>Where a restore moves what it replaces: <c>replaced-1</c>, and so on.</summary>
    internal string AsidePath(int number) => Path.Combine(FolderPath, $"replaced-{number}");

    /// <summary>A clause when there is no database but what a restore moved aside before it was killed; else <see langword="null"/>.</summary>
    internal string? RestoreFault() => File.Exists(DatabasePath) || !Directory.Exists(AsidePath(1)) ? null
        : $"the data folder '{FolderPath}' has no database, but '{AsidePath(1)}', into which a restore moves what it replaces: it was cut off; "
            + "restore again with --force, or move the files of the newest such folder back; to begin anew name another folder";

    /// <summary>The lock file, <c>lock</c>: open for as long as a server or a restore uses the folder. Its presence alone means nothing.</summary>
    public string LockPath { get; }

    /// <summary>
    /// The admin socket, <c>admin.sock</c>; when that path would exceed 100 bytes, a short one in the runtime folder
    /// (<c>$XDG_RUNTIME_DIR</c>, or the folder for temporary files) that follows from this folder's path.
    /// </summary>
    public string SocketPath { get; }

    /// <summary>Gives the names inside a folder without touching the disk.</summary>
    /// <param name="path">The folder; <see langword="null"/> is <see cref="DefaultPath"/>.</param>
    /// <exception cref="StorageException">The path is empty or holds a NUL character.</exception>
    public static DataFolder At(string? path)
    {
        path ??= DefaultPath;
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new StorageException("the path of the data folder is empty or holds a NUL character; name a folder");
        return new DataFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
    }

    /// <summary>
    /// Creates the folder when it is missing (0700), checks that it is private and writable, and takes its lock, which is held until
    /// <see cref="Dispose"/>. When this fails, folders that it created are removed again.
    /// </summary>
    /// <param name="path">The folder; <see langword="null"/> is <see cref="DefaultPath"/>.</param>
    /// <exception cref="StorageException">One sentence: what is wrong with the folder and what to do.</exception>
    public static DataFolder Open(string? path)
    {
        var folder = At(path);
        folder._created = folder.MissingFolders();
        try
        {
            folder.CreateAndLock();
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
        {
            folder.Abandon();
            throw e as StorageException ?? new StorageException(
                $"the data folder '{folder.FolderPath}' cannot be used: {Reason(e)}; make it writable for this user or name another folder", e);
        }
    }

    /// <summary>
    /// Gives the lock back, and removes the folder of a short socket when it is empty. The lock file stays, so that nobody locks a file that
    /// is about to vanish.
    /// </summary>
    public void Dispose()
    {
        if (_lock is null)
            return;
        if (!HasSocketInside)
            RemoveEmpty([Path.GetDirectoryName(SocketPath)!]);
        _lock.Dispose();
        _lock = null;
    }

    /// <summary>Gives the lock back, and removes the folders that <see cref="Open"/> created, as far as they are empty.</summary>
    internal void Abandon()
    {
        if (_lock is not null && _created.Count > 0)
            File.Delete(LockPath);
        Dispose();
        RemoveEmpty(_created);
    }

    private bool HasSocketInside => Path.GetDirectoryName(SocketPath) == FolderPath;

    private void CreateAndLock()
    {
        if (File.Exists(FolderPath))
            throw new StorageException($"'{FolderPath}' is a file, not a folder; name another data folder");
        if (!Directory.Exists(FolderPath))
            PrivateFile.CreateFolder(FolderPath);
        if (PrivateFile.FolderFault(FolderPath) is { } fault)
            throw new StorageException(fault);
        try
        {
            _lock = OpenLock();
        }
        catch (IOException e) when (IsTaken(e))
        {
            throw new StorageException($"another server is using the data folder '{FolderPath}'; stop it or name another folder", e);
        }
        RemoveUnfinished();
        if (!HasSocketInside)
            PrepareRuntimeFolder();
    }

    // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix: it goes with the process, however that ends.
    private FileStream OpenLock()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile.FileMode600;
        return new FileStream(LockPath, options);
    }

    // EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.
    private static bool IsTaken(IOException e) => e.GetType() == typeof(IOException) && (e.HResult & 0xFFFF) is 11 or 35 or 32;

    // What a process that was killed had not given its name yet. Nobody else writes here while the lock is held.
    private void RemoveUnfinished()
    {
        foreach (var name in (string[])[MasterKeyPath, DatabasePath])
        {
            foreach (var left in Directory.GetFiles(FolderPath, Path.GetFileName(PrivateFile.TemporaryNameFor(name, "*")) + "*"))
                File.Delete(left);
        }
    }

    private void PrepareRuntimeFolder()
    {
        var folder = Path.GetDirectoryName(SocketPath)!;
        if (!Directory.Exists(folder))
            PrivateFile.CreateFolder(folder);
        if (PrivateFile.FolderFault(folder) is { } fault)
            throw new StorageException($"the path of the admin socket is too long for '{FolderPath}', and {fault}");
    }

    private static string ShortSocketPath(string path)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (!Path.IsPathFullyQualified(runtime ?? "") || Encoding.UTF8.GetByteCount(runtime!) > 60)
            runtime = Encoding.UTF8.GetByteCount(Path.GetTempPath()) <= 60 ? Path.GetTempPath() : "/tmp";
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 8));
        return Path.Combine(runtime!, $"watchword-{name}", "a.sock");
    }

    private List<string> MissingFolders()
    {
        var missing = new List<string>();
        for (var path = FolderPath; path is not null && !Path.Exists(path); path = Path.GetDirectoryName(path))
            missing.Add(path);
        return missing;
    }

    private static void RemoveEmpty(List<string> folders)
    {
        try
        {
            folders.ForEach(Directory.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, not empty, or somebody else's by now: then it is not ours to remove.
        }
    }

    private static string Reason(Exception e) => e.Message.TrimEnd('.');
}
