// The storage contract on SQLite, the embedded default.
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class SqliteStorageTests : ReviewContract
{
    private readonly TempFolder _place = new();

    private protected override Task<Database> OpenDatabaseAsync() => Database.OpenSqliteAsync(Path.Combine(_place.Path, "contract.db"), default);

    private protected override void CleanUp() => _place.Dispose();
}
