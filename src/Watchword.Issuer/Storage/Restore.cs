namespace Watchword.Issuer.Storage;

/// <summary>Puts a backup into a data folder that no server is using.</summary>
public static class Restore
{
    /// <summary>Restores.</summary>
    /// <exception cref="StorageException">One sentence; nothing was changed.</exception>
    public static Task<RestoreResult> RunAsync(RestoreRequest request, CancellationToken ct) => throw new NotImplementedException();
}

/// <summary>What to restore and where.</summary>
public sealed class RestoreRequest
{
    /// <summary>The file that <c>watchword backup</c> wrote.</summary>
    public required string BackupFile { get; init; }

    /// <summary>The data folder; created when it is missing; <see langword="null"/> is the default folder.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The master key to copy into the folder as <c>master.key</c>; <see langword="null"/> when the folder holds it already.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>The path in <c>WATCHWORD_MASTER_KEY_FILE</c>: used to check the backup, and left where it is.</summary>
    public string? ExternalMasterKeyFile { get; init; }

    /// <summary>Moves a database that is already there aside instead of refusing.</summary>
    public bool Force { get; init; }
}

/// <summary>What a restore did.</summary>
/// <param name="DataFolder">The full path of the folder.</param>
/// <param name="MovedAside">The folder that now holds the former files, or <see langword="null"/>.</param>
public sealed record RestoreResult(string DataFolder, string? MovedAside);
