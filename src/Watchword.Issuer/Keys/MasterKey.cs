using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class MasterKey
{
    public KeyProtection Protection => throw new NotImplementedException();

    /// <summary>
    /// Reads WATCHWORD_MASTER_KEY_FILE's file when <paramref name="externalFile"/> is given (it must exist); otherwise master.key of the
    /// folder, which is made when it is missing and the database holds no wrapped key yet.
    /// </summary>
    public static Task<MasterKey> OpenAsync(DataFolder folder, string? externalFile, Database database, CancellationToken ct) => throw new NotImplementedException();
}
