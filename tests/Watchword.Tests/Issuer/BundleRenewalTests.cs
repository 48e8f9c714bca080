// The published bundle over time: renewed before it expires, published anew after a restore, and complained of where only people can mend it.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer.Backups;
using Watchword.Issuer.Findings;
using Watchword.Issuer.Trust;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Issuer;

public sealed class BundleRenewalTests : IAsyncLifetime
{
    private const string Orders = "https://orders.internal";
    private const string Mend = "run `watchword trust export`, sign the draft offline with `watchword bundle sign`, and publish it with `watchword trust publish`";
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly WrittenLog<TrustLog> _log = new();
    private IssuerStores _stores = null!;
    private PublishedBundle _published = null!;
    private BundleRenewal _renewal = null!;

    private string Folder => Path.Combine(_temp.Path, "data");

    public async ValueTask InitializeAsync() => await OpenAsync(Folder);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task It_is_renewed_when_less_than_two_thirds_of_its_life_are_left()
    {
        await _renewal.LookAsync(default);
        var first = await AddAsync(Orders);
        await PassAsync(TimeSpan.FromDays(10));
        Assert.Equal(first, await _stores.Trust.VersionAsync(default));
        await PassAsync(TimeSpan.FromSeconds(1));
        var second = (await _stores.Trust.VersionAsync(default))!;
        Assert.Equal((first.Serial + 864_001_000, _clock.GetUtcNow().AddDays(30)), (second.Serial, second.Expires));
        Assert.Equal($"Trust bundle {second.Serial} (unsigned) is published, good until 2030-02-11T03:04:06Z: the one before was to expire.", Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_restored_backup_does_not_stay_behind_what_targets_have_seen()
    {
        await AddAsync(Orders);
        var backup = Path.Combine(_temp.Path, "watchword.backup");
        await Backup.WriteAsync(_stores.Database, backup, default);
        _clock.Advance(TimeSpan.FromHours(1));
        var seen = await AddAsync("https://billing.internal");
        await CloseAsync();
        var other = Path.Combine(_temp.Path, "other");
        await Restore.RunAsync(new RestoreRequest { BackupFile = backup, DataFolder = other, MasterKeyFile = Path.Combine(Folder, "master.key") }, default);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await OpenAsync(other);
        await _renewal.StartAsync();
        var restored = (await _stores.Trust.PublishedAsync(default))!;
        Assert.True(restored.Version.Serial > seen.Serial);
        Assert.Equal([Orders], TrustBundle.Parse(Encoding.UTF8.GetBytes(restored.Document)).Issuers.Select(entry => entry.Issuer));
        Assert.EndsWith("the issuer starts.", _log.Lines[^1], StringComparison.Ordinal);
        Assert.True((await _stores.Trust.ExportAsync(default)).Version.Serial > restored.Version.Serial);
    }

    [Fact]
    public async Task A_start_within_a_minute_of_the_last_change_publishes_once_more_when_that_is_over()
    {
        var version = await AddAsync(Orders);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _renewal.StartAsync();
        Assert.Equal(version, await _stores.Trust.VersionAsync(default));
        await PassAsync(TimeSpan.FromHours(1));
        var later = (await _stores.Trust.VersionAsync(default))!;
        Assert.True(later.Serial > version.Serial);
        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(later, await _stores.Trust.VersionAsync(default));
    }

    [Fact]
    public async Task A_signed_one_is_not_renewed_but_warned_of_daily_and_found()
    {
        await AddAsync(Orders);
        var version = await SignAsync();
        await PassAsync(TimeSpan.FromDays(75));
        Assert.Empty(_log.Lines);
        Assert.Empty(await FindAsync());

        await PassAsync(TimeSpan.FromDays(1));
        Assert.Equal([$"The published trust bundle {version.Serial}: it expires in 14 days, at 2030-04-02T03:04:05Z; {Mend}."], _log.Lines);
        Assert.Equal([new Finding(Severity.Warning, $"trust bundle {version.Serial}", "it expires in 14 days, at 2030-04-02T03:04:05Z", Mend)], await FindAsync());
        await PassAsync(TimeSpan.FromHours(23));
        Assert.Single(_log.Lines);
        await PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, _log.Lines.Count);

        await PassAsync(TimeSpan.FromDays(13));
        Assert.Contains("it expired 0 s ago", _log.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(Severity.Error, Assert.Single(await FindAsync()).Severity);
        Assert.Equal(version, await _stores.Trust.VersionAsync(default));
        await SignAsync();
        await PassAsync(TimeSpan.FromDays(1));
        Assert.Equal(3, _log.Lines.Count);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task A_signed_one_that_lags_is_warned_of_and_found_until_it_does_not()
    {
        await AddAsync(Orders);
        var version = await SignAsync();
        await AddAsync("https://billing.internal");
        await _renewal.StartAsync();
        Assert.Equal([$"The published trust bundle {version.Serial}: it lags behind the registry, which has changed since it was signed; {Mend}."], _log.Lines);
        Assert.Equal(Severity.Warning, Assert.Single(await FindAsync()).Severity);
        await _stores.Trust.RemoveAsync("https://billing.internal", default);
        await PassAsync(TimeSpan.FromDays(1));
        Assert.Single(_log.Lines);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Nothing_is_found_where_nothing_is_published()
    {
        Assert.Empty(await FindAsync());
        await AddAsync(Orders);
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task A_fault_of_the_database_is_said_and_tried_again_and_what_is_published_stays()
    {
        await AddAsync(Orders);
        await _renewal.StartAsync();
        var document = _published.Document;
        Assert.NotNull(document);
        await _stores.ExecuteAsync("ALTER TABLE trust_bundle RENAME TO away");
        await UntilAsync(() => _log.Lines.Count >= 2);
        Assert.All(_log.Lines, line => Assert.StartsWith("The trust bundle could not be looked after, and what was published stays; it is tried again: the database", line, StringComparison.Ordinal));
        Assert.Same(document, _published.Document);
        await _stores.ExecuteAsync("ALTER TABLE away RENAME TO trust_bundle");
        await UntilAsync(() => _log.Lines[^1] == "The trust bundle is looked after again.");
    }

    [Fact]
    public async Task What_another_process_published_is_taken_up_in_seconds()
    {
        await AddAsync(Orders);
        await _renewal.StartAsync();
        var document = _published.Document;
        await AddAsync("https://billing.internal");
        await UntilAsync(() => !ReferenceEquals(document, _published.Document));
    }

    private async Task OpenAsync(string folder)
    {
        _stores = await IssuerStores.OpenAsync(folder, _clock);
        _published = new PublishedBundle(_stores.Trust);
        _renewal = new BundleRenewal(_stores.Trust, _published, new TrustLog(_log), _clock);
    }

    private async Task CloseAsync()
    {
        await _renewal.DisposeAsync();
        _published.Dispose();
        await _stores.DisposeAsync();
    }

    private Task<BundleVersion> AddAsync(string issuer) => _stores.Trust.PutAsync(new TrustEntry { Issuer = issuer }, mayReplace: false, default);

    private async Task<BundleVersion> SignAsync()
    {
        var draft = await _stores.Trust.ExportAsync(default);
        return await _stores.Trust.PublishAsync(SignedTrustBundle.Sign(TrustBundle.Parse(Encoding.UTF8.GetBytes(draft.Document)), SampleKeys.Of("ES384")), default);
    }

    private Task<IReadOnlyList<Finding>> FindAsync() => new Doctor(new PublishedBundleCheck(_stores.Trust, _clock)).ExamineAsync(default);

    // The first look is that of a start, which publishes anew what has stood for longer than a minute.
    private async Task PassAsync(TimeSpan time)
    {
        await _renewal.LookAsync(default);
        _clock.Advance(time);
        await _renewal.LookAsync(default);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        Assert.True(condition());
    }
}
