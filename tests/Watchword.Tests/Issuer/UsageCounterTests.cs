// Usage: counted without the database, written in time, kept when it cannot be written, bounded when it never can.
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer.Usage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class UsageCounterTests : IAsyncLifetime
{
    private const string Credential = "0123456789abcdef";
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly WrittenLog<UsageCounter> _log = new();
    private IssuerStores _stores = null!;
    private UsageCounter _usage = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await IssuerStores.OpenAsync(Path.Combine(_temp.Path, "data"), _clock);
        await _stores.AddCallerAsync();
        _usage = new UsageCounter(_stores.Database, _log, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _usage.DisposeAsync();
        await _stores.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Counts_of_many_threads_are_written_after_five_seconds()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
                Count();
        })));
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, await WrittenAsync());
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.IsSoAsync(async () => await WrittenAsync() == 8_000);
    }

    [Fact]
    public async Task What_is_left_is_written_at_the_end()
    {
        Count();
        await _usage.DisposeAsync();
        Assert.Equal(1, await WrittenAsync());
    }

    [Fact]
    public async Task What_cannot_be_written_is_kept_and_logged()
    {
        Count();
        await _stores.ExecuteAsync("ALTER TABLE client_usage RENAME TO away");
        await _usage.FlushAsync(default);
        Assert.Contains("kept for the next try", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Count();
        await _stores.ExecuteAsync("ALTER TABLE away RENAME TO client_usage");
        await _usage.FlushAsync(default);
        Assert.Equal(2, await WrittenAsync());
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void What_is_counted_is_bounded()
    {
        var counts = new UsageCounts(mostEntries: 10);
        var full = 0;
        for (var i = 0; i < 25; i++)
            full += counts.Add(("client", $"resource {i}"), $"credential {i}", new LastUse(_clock.GetUtcNow(), null)) ? 1 : 0;
        counts.Add(("client", "resource 0"), "credential 0", new LastUse(_clock.GetUtcNow(), null));
        Assert.Equal((10, 10, 15, 1), (counts.Uses.Count, counts.Credentials.Count, (int)counts.Dropped, full));

        var newer = new UsageCounts(mostEntries: 10);
        newer.Add(("client", "resource 0"), "credential 0", new LastUse(_clock.GetUtcNow().AddSeconds(1), null));
        newer.Merge(counts);
        Assert.Equal((3, _clock.GetUtcNow().AddSeconds(1)), newer.Uses[("client", "resource 0")]);
        Assert.Equal((10, 15), (newer.Uses.Count, (int)newer.Dropped));
    }

    [Fact]
    public async Task Many_different_uses_are_written_before_the_time()
    {
        for (var i = 0; i < 20_000; i++)
            _usage.Count($"client-{i}", "https://billing", Credential, new LastUse(_clock.GetUtcNow(), null));
        _usage.Count("orders", "https://billing", Credential, new LastUse(_clock.GetUtcNow(), null));
        await _usage.FlushAsync(default);
        Assert.Equal(1, await WrittenAsync());
        Assert.Empty(_log.Lines);
    }

    private void Count() => _usage.Count("orders", "https://billing", Credential, new LastUse(_clock.GetUtcNow(), null));

    private Task<long> WrittenAsync() => _stores.CountAsync("SELECT COALESCE(SUM(tokens), 0) FROM client_usage");
}
