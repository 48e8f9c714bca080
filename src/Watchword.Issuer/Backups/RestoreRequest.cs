// What a restore is asked to do, and what it did.

namespace Watchword.Issuer.Backups;

/// <summary>What to restore, and where.</summary>
public sealed class RestoreRequest
{
    /// <summary>The file that <c>watchword backup</c> wrote.</summary>
    public required string BackupFile { get; init; }

    /// <summary>The data folder, which is created when it is missing; <see langword="null"/> is <see cref="Storage.DataFolder.DefaultPath"/>.</summary>
    public string? DataFolder { get; init; }

    /// <summary>A master key to copy into the folder as <c>master.key</c>; <see langword="null"/> when the folder holds it already.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>
    /// The path in <c>WATCHWORD_MASTER_KEY_FILE</c>, or two separated by <see cref="Path.PathSeparator"/>: these keys are used to check the
    /// backup, which one of them must fit, and left where they are.
    /// </summary>
    public string? ExternalMasterKeyFile { get; init; }

    /// <summary>Moves a database that is in the folder aside, where otherwise the restore is refused.</summary>
    public bool Force { get; init; }
}

/// <summary>What a restore did.</summary>
/// <param name="DataFolder">The full path of the data folder.</param>
/// <param name="MovedAside">The folder that now holds the files that were there before, or <see langword="null"/>.</param>
public sealed record RestoreResult(string DataFolder, string? MovedAside);
