// Would the next start find its master key: readable, closed to others, and the one that opens the database?
using Watchword.Files;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Findings;

internal sealed class MasterKeyCheck(MasterKeyPlace place, DataFolder folder, Database database) : ICheck
{
    public string Subject => "master key";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        var found = new List<Finding>();
        if (PrivateFile.FolderFault(folder.FolderPath) is { } open)
            found.Add(Finding.Of("data folder", new StorageException(open)));
        foreach (var file in place.Files)
        {
            try
            {
                MasterKey.Read(file).Dispose();
            }
            catch (StorageException fault)
            {
                found.Add(Finding.Of(Subject, fault));
            }
        }
        if (found.Count == 0)
            found.AddRange(FindMisfit(await WrappedDataKey.ReadAllAsync(database, ct).ConfigureAwait(false)));
        return found;
    }

    private IEnumerable<Finding> FindMisfit(IReadOnlyList<WrappedDataKey> rows)
    {
        using var masters = place.Read();
        if (rows.FirstOrDefault(row => masters.Unwrap(row) is null) is { } stranger)
            yield return Finding.Of(Subject, masters.Fault(database, stranger, rows));
        else if (place.Files.Count > 1 && rows.All(row => row.Unwrap(masters.First) is not null))
            yield return new Finding(Severity.Notice, Subject, $"'{place.Files[0]}' opens everything, and the other file is no longer needed", "name the first alone in WATCHWORD_MASTER_KEY_FILE");
    }
}
