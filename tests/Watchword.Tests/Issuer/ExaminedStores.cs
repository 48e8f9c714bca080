// The stores of an issuer, and what is counted of their use, for tests of what the doctor finds in them.
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer.Usage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public abstract class ExaminedStores : IAsyncLifetime
{
    private protected TempFolder Temp { get; } = new();

    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private protected string Folder => Path.Combine(Temp.Path, "data");

    private protected IssuerStores Stores { get; private set; } = null!;

    private protected UsageCounter Usage { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stores = await IssuerStores.OpenAsync(Folder, Clock);
        Usage = new UsageCounter(Stores.Database, NullLogger<UsageCounter>.Instance, Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await Usage.DisposeAsync();
        await Stores.DisposeAsync();
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }
}
