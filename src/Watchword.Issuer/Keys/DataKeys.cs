using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Keys;

internal sealed class DataKeys
{
    /// <summary>Unwraps the data keys (makes missing ones); a master key that does not fit is a StorageException.</summary>
    public static Task<DataKeys> OpenAsync(Database database, MasterKey master, TimeProvider clock, CancellationToken ct) => throw new NotImplementedException();
}
