namespace Watchword.Issuer.Storage;

/// <summary>The data folder.</summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>The folder that is used when none is named: <c>$XDG_DATA_HOME/watchword</c> or <c>~/.local/share/watchword</c>.</summary>
    public static string DefaultPath => throw new NotImplementedException();

    /// <summary>The names inside a folder, without touching the disk; <see langword="null"/> is the default folder.</summary>
    public static DataFolder At(string? path) => throw new NotImplementedException();

    /// <summary>Creates the folder when it is missing, checks it, and takes its lock until <see cref="Dispose"/>.</summary>
    /// <exception cref="StorageException">One sentence: what is wrong and what to do.</exception>
    public static DataFolder Open(string? path) => throw new NotImplementedException();

    /// <summary>The full path of the folder.</summary>
    public string FolderPath => throw new NotImplementedException();

    /// <summary>The full path of the database.</summary>
    public string DatabasePath => throw new NotImplementedException();

    /// <summary>The full path of the master key.</summary>
    public string MasterKeyPath => throw new NotImplementedException();

    /// <summary>The full path of the lock file.</summary>
    public string LockPath => throw new NotImplementedException();

    /// <summary>The full path of the admin socket.</summary>
    public string SocketPath => throw new NotImplementedException();

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => throw new NotImplementedException();
}
