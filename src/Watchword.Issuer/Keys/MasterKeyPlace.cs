// Where the master key is: in files that the settings name, or in the data folder, where it is made on the first start and where a
// rewrap that was cut off is brought to its end.
using Watchword.Files;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Keys;

/// <param name="folder">The data folder.</param>
/// <param name="externalFiles">What <c>WATCHWORD_MASTER_KEY_FILE</c> says; <see langword="null"/> when the key is in the data folder.</param>
/// <param name="database">The database whose data keys the master key wraps.</param>
internal sealed class MasterKeyPlace(DataFolder folder, string? externalFiles, Database database)
{
    /// <summary>Whether the key is a file of the data folder, which the issuer makes and replaces itself.</summary>
    public bool IsInFolder => externalFiles is null;

    /// <summary>The files that the next start will read.</summary>
    public IReadOnlyList<string> Files { get; } = externalFiles is null ? [folder.MasterKeyPath] : [.. MasterKeys.Split(externalFiles).Select(Path.GetFullPath)];

    /// <summary>The key that a rewrap in the data folder wraps by before it has its name.</summary>
    public string NextFile => folder.NextMasterKeyPath;

    /// <summary>
    /// Reads the keys at the start. A key of the data folder is made when it is missing and the database holds no wrapped key yet; one that is
    /// kept elsewhere is never made.
    /// </summary>
    /// <exception cref="StorageException">A file is missing, readable by others, or malformed.</exception>
    public async Task<MasterKeys> OpenAsync(CancellationToken ct)
    {
        if (IsInFolder)
        {
            await SettleAsync(ct).ConfigureAwait(false);
            if (!File.Exists(folder.MasterKeyPath))
                await CreateFirstAsync(ct).ConfigureAwait(false);
        }
        return Read();
    }

    /// <summary>Reads the keys again from their files.</summary>
    /// <exception cref="StorageException">A file is missing, readable by others, or malformed.</exception>
    public MasterKeys Read()
    {
        if (!IsInFolder && Files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new StorageException(
                $"the master key file '{missing}' named by WATCHWORD_MASTER_KEY_FILE does not exist; put it back, or where there is no database yet {MasterKey.Recipe}, and keep it 0600");
        }
        return MasterKeys.Read(Files);
    }

    /// <summary>
    /// Where a rewrap left two keys, the rows say which is the right one, because all are rewrapped in one transaction: the next one takes the
    /// place of the former, or is removed. Done before and after every rewrap, and at the start, for one that was killed.
    /// </summary>
    /// <exception cref="StorageException">A file cannot be read, renamed or removed.</exception>
    public async Task SettleAsync(CancellationToken ct)
    {
        if (!File.Exists(NextFile))
            return;
        var rows = await WrappedDataKey.ReadAllAsync(database, ct).ConfigureAwait(false);
        try
        {
            if (File.Exists(folder.MasterKeyPath) && Fits(folder.MasterKeyPath, rows))
                File.Delete(NextFile);
            else if (Fits(NextFile, rows))
                PrivateFile.Replace(NextFile, folder.MasterKeyPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"the master keys '{folder.MasterKeyPath}' and '{NextFile}' cannot be put in order: {e.Message.TrimEnd('.')}; make the folder writable, keep both files, and start again", e);
        }
    }

    private static bool Fits(string file, IReadOnlyList<WrappedDataKey> rows)
    {
        using var keys = MasterKeys.Read(file);
        return keys.Fit(rows);
    }

    private async Task CreateFirstAsync(CancellationToken ct)
    {
        if ((await WrappedDataKey.ReadAllAsync(database, ct).ConfigureAwait(false)).Count > 0)
        {
            throw new StorageException(
                $"the master key '{folder.MasterKeyPath}' is missing and {database.Name} needs it; put the file back or name it in WATCHWORD_MASTER_KEY_FILE");
        }
        MasterKey.Create(folder.MasterKeyPath);
    }
}
