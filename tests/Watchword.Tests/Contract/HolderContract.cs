// What targets say of themselves, on both databases alike: counted per algorithm, bounded, forgotten, and kept over a restart.
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Tests.Contract;

public abstract class HolderContract : KeyContract
{
    private const string Billing = "https://billing";

    [Fact]
    public async Task Target_holds_the_keys_it_was_given_and_none_made_later()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync(Billing, [], null, null, default);
        await stores.Resources.CreateAsync("https://other", [], null, "ES384", default);
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES384);
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        var holders = new HolderNotes(stores.Database, Clock);
        holders.Add(Target(1), keys[0].Number);
        holders.Add(Target(2), keys[1].Number);
        holders.Add(Target(3, "https://other"), keys[0].Number);
        holders.Add(Target(4, "https://made-up"), keys[0].Number);
        await holders.FlushAsync(default);

        var counts = await new HolderNotes(stores.Database, Clock).CountAsync(default);
        Assert.Equal(new KeyHolders(2, 1), counts[keys[0].KeyId]);
        Assert.Equal(new KeyHolders(2, 2), counts[keys[1].KeyId]);
        Assert.Equal(new KeyHolders(1, 1), counts[keys[2].KeyId]);
        Assert.Equal((Billing, Target(2).Instance, "0.1.0", Clock.GetUtcNow()), Assert.Single(await holders.WithoutAsync(keys[0].KeyId, default)));

        holders.Add(Target(2), keys[0].Number);
        await holders.FlushAsync(default);
        Assert.True((await holders.CountAsync(default))[keys[0].KeyId].AllHold);
        await stores.Resources.DeleteAsync(Billing, default);
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM key_holder"));
    }

    [Fact]
    public async Task Flush_with_nothing_left_waits_for_what_is_being_written()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync(Billing, [], null, null, default);
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        var holders = new HolderNotes(stores.Database, Clock);
        holders.Add(Target(1), keys[0].Number);
        var release = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = stores.Database.WriteAsync(_ => release.Task, default);
        var writing = holders.FlushAsync(default);
        Assert.Equal(0, holders.Pending);
        var waiting = holders.FlushAsync(default);
        Assert.False(waiting.IsCompleted);
        release.SetResult(true);
        await waiting;
        Assert.Equal(new KeyHolders(1, 1), (await holders.CountAsync(default))[keys[0].KeyId]);
        await Task.WhenAll(other, writing);
    }

    [Fact]
    public async Task Target_not_seen_for_a_day_or_seen_by_a_wrong_clock_is_forgotten()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync(Billing, [], null, null, default);
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        var holders = new HolderNotes(stores.Database, Clock);
        holders.Add(Target(1), keys[1].Number);
        await holders.FlushAsync(default);
        await stores.ExecuteAsync("INSERT INTO key_holder (resource, instance, version, served, seen) SELECT resource, 'late', version, served, seen + 600000 FROM key_holder");
        Assert.Equal(new KeyHolders(1, 0), (await holders.CountAsync(default))[keys[0].KeyId]);
        Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(new KeyHolders(2, 0), (await holders.CountAsync(default))[keys[0].KeyId]);
        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(await holders.CountAsync(default));
        holders.Add(Target(2), keys[1].Number);
        await holders.FlushAsync(default);
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM key_holder"));
    }

    [Fact]
    public async Task Flood_of_made_up_targets_is_bounded_in_memory_and_in_the_database()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync(Billing, [], null, null, default);
        await stores.Resources.CreateAsync("https://stock", [], null, null, default);
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        var holders = new HolderNotes(stores.Database, Clock);
        holders.Add(Target(0, "https://stock"), keys[0].Number);
        for (var wave = 0; wave < 3; wave++)
        {
            for (var i = 0; i < 5_000; i++) holders.Add(Target((wave * 10_000) + i), keys[1].Number);
            Assert.Equal(1_000, holders.Pending);
            await holders.FlushAsync(default);
            Clock.Advance(TimeSpan.FromSeconds(2));
        }
        Assert.Equal(1_000, await stores.CountAsync($"SELECT COUNT(*) FROM key_holder WHERE resource = '{Billing}'"));
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM key_holder WHERE resource = 'https://stock'"));
        Assert.Equal(0, await stores.CountAsync($"SELECT COUNT(*) FROM key_holder WHERE instance = '{Target(1).Instance}'"));
        Assert.Equal(1, await stores.CountAsync($"SELECT COUNT(*) FROM key_holder WHERE instance = '{Target(20_001).Instance}'"));
        Assert.Equal(10, (await holders.WithoutAsync(keys[0].KeyId, default)).Count);
    }

    [Fact]
    public async Task What_cannot_be_written_is_kept()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync(Billing, [], null, null, default);
        var holders = new HolderNotes(stores.Database, Clock);
        holders.Add(Target(1), 1);
        await stores.ExecuteAsync("ALTER TABLE key_holder RENAME TO away");
        await Assert.ThrowsAsync<StorageException>(() => holders.FlushAsync(default));
        holders.Add(Target(1), 2);
        await stores.ExecuteAsync("ALTER TABLE away RENAME TO key_holder");
        await holders.FlushAsync(default);
        Assert.Equal(2, await stores.CountAsync("SELECT served FROM key_holder"));
        Assert.Equal(0, holders.Pending);
    }

    private static KeyHolder Target(int number, string resource = Billing) => new(resource, $"instance-{number:d13}", "0.1.0");
}
