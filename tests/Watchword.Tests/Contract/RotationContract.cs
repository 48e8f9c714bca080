// Rotation in the database, on both alike: nodes that race, revocation, and the step of the schema that brought it.
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public abstract class RotationContract : HolderContract
{
    [Fact]
    public async Task A_database_of_version_2_is_brought_up_to_date_with_its_keys()
    {
        IReadOnlyList<StoredKey> made;
        await using (var stores = await OpenAsync())
        {
            await stores.AddCallerAsync();
            await stores.EnsureKeysAsync(SignatureAlgorithm.RS256);
            made = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
            await stores.RebuildAsync(version: 2);
            Assert.Equal(0, await stores.CountAsync("SELECT COUNT(*) FROM signing_key WHERE state NOT IN ('active', 'standby')"));
        }
        await using var again = await OpenAsync();
        Assert.Equal(Migrations.Latest, await again.CountAsync("SELECT version FROM schema_version"));
        var kept = await again.EnsureKeysAsync(SignatureAlgorithm.ES256);
        Assert.Equal(
            made.Select(key => (key.KeyId, key.Algorithm, key.State, key.Created, key.Activated)).Order(),
            kept.Select(key => (key.KeyId, key.Algorithm, key.State, key.Created, key.Activated)).Order());
        Assert.Equal([1, 2, 3, 4], kept.Select(key => key.Number).Order());
        Assert.Equal(3, (await again.RotateAsync()).Count);
        await Assert.ThrowsAsync<StorageException>(() => again.ExecuteAsync("UPDATE signing_key SET state = 'lost'"));
    }

    [Fact]
    public async Task Step_retires_promotes_and_publishes_as_one()
    {
        await using var stores = await OpenAsync();
        var before = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        Clock.Advance(TimeSpan.FromDays(1));
        var changes = await stores.RotateAsync();
        var after = await stores.Keys.ReadAsync(revokedToo: true, default);
        Assert.Equal([KeyState.Standby, KeyState.Active, KeyState.Retired], after.Select(key => key.State));
        Assert.Equal([before[0].KeyId, before[1].KeyId], after.Skip(1).Select(key => key.KeyId));
        Assert.Equal(Clock.GetUtcNow(), after[1].Activated);
        Assert.Equal(Clock.GetUtcNow(), after[2].Retired);
        Assert.Equal(
            [(before[1].KeyId, (KeyState?)KeyState.Retired), (before[0].KeyId, KeyState.Active), (after[0].KeyId, KeyState.Standby)],
            changes.Select(change => (change.KeyId, change.To)));
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task Nodes_that_race_make_one_change(string name)
    {
        Assert.True(SignatureAlgorithm.TryFind(name, out var algorithm));
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        await using var three = await OpenAsync();
        await one.EnsureKeysAsync(algorithm);
        Clock.Advance(TimeSpan.FromDays(31));
        var policy = new KeyPolicy();
        KeyStore[] nodes = [one.Keys, two.Keys, three.Keys];
        var changes = await Task.WhenAll(Enumerable.Range(0, 12).Select(each => RaceAsync(() => nodes[each % 3].StepAsync(
            algorithm, keys => KeySchedule.Next(keys.Select(key => key.Scheduled), default, Clock.GetUtcNow(), policy), default))));
        Assert.Single(changes, each => each.Count > 0);
        Assert.Equal(3, await two.CountAsync("SELECT COUNT(*) FROM signing_key"));
        Assert.Equal(1, await two.CountAsync("SELECT COUNT(*) FROM signing_key WHERE state = 'standby'"));
    }

    [Theory]
    [InlineData(KeyState.Active)]
    [InlineData(KeyState.Standby)]
    [InlineData(KeyState.Retired)]
    public async Task Revoked_key_is_wiped_and_what_it_did_goes_on(KeyState state)
    {
        await using var stores = await OpenAsync();
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        await stores.RotateAsync();
        var before = await stores.Keys.ReadAsync(revokedToo: true, default);
        var key = before.Single(key => key.State == state);
        var changes = await stores.Keys.RevokeAsync(key.KeyId, "disk stolen", default);
        Assert.Equal((key.KeyId, (KeyState?)state, (KeyState?)KeyState.Revoked), (changes[0].KeyId, changes[0].From, changes[0].To));

        var after = await stores.Keys.ReadAsync(revokedToo: true, default);
        var revoked = after.Single(each => each.State == KeyState.Revoked);
        Assert.Equal((key.KeyId, "disk stolen", Clock.GetUtcNow()), (revoked.KeyId, revoked.Reason, revoked.Revoked));
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM signing_key WHERE box IS NULL"));
        Assert.DoesNotContain(await stores.Keys.ReadAsync(revokedToo: false, default), each => each.KeyId == key.KeyId);
        Assert.Equal(
            before.Single(each => each.State == (state == KeyState.Active ? KeyState.Standby : KeyState.Active)).KeyId,
            after.Single(each => each.State == KeyState.Active).KeyId);
        Assert.Single(after, each => each.State == KeyState.Standby);
        Assert.Equal(state == KeyState.Retired ? 3 : 4, after.Count);
    }

    [Fact]
    public async Task Key_that_is_not_there_or_revoked_already_is_refused()
    {
        await using var stores = await OpenAsync();
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        Assert.Equal(Refusal.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => stores.Keys.RevokeAsync("nobody", "x", default))).Refusal);
        await stores.Keys.RevokeAsync(keys[0].KeyId, "x", default);
        Assert.Equal(Refusal.AlreadyExists, (await Assert.ThrowsAsync<RefusedException>(() => stores.Keys.RevokeAsync(keys[0].KeyId, "x", default))).Refusal);
    }

    [Fact]
    public async Task Revocations_and_rotations_of_several_nodes_at_once_leave_one_active_and_one_standby()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        await one.EnsureKeysAsync(SignatureAlgorithm.ES256);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(each => RaceAsync(async () =>
        {
            var stores = each % 2 == 0 ? one : two;
            if (each % 3 > 0)
                return await stores.RotateAsync();
            try
            {
                return await stores.Keys.RevokeAsync((await stores.Keys.ReadAsync(revokedToo: false, default))[^1].KeyId, "race", default);
            }
            catch (RefusedException)
            {
                // Another was faster with the same key.
                return [];
            }
        })));
        Assert.Equal(1, await one.CountAsync("SELECT COUNT(*) FROM signing_key WHERE state = 'active'"));
        Assert.Equal(1, await one.CountAsync("SELECT COUNT(*) FROM signing_key WHERE state = 'standby'"));
        using var signing = new SigningKeys(two.Keys);
        await signing.ReloadAsync(default);
        Assert.True(signing.Ring.Published.Contains(signing.Ring.Current(SignatureAlgorithm.ES256).KeyId));
    }

    [Fact]
    public async Task What_another_node_changed_is_taken_up_and_a_broken_row_is_not()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var keys = await one.EnsureKeysAsync(SignatureAlgorithm.ES256);
        using var signing = new SigningKeys(two.Keys);
        await signing.ReloadAsync(default);
        Assert.Equal(keys[1].KeyId, signing.Ring.Current(SignatureAlgorithm.ES256).KeyId);
        await one.RotateAsync();
        await signing.ReloadAsync(default);
        Assert.Equal(keys[0].KeyId, signing.Ring.Current(SignatureAlgorithm.ES256).KeyId);
        Assert.True(signing.Ring.Published.Contains(keys[1].KeyId));
        Assert.Equal(3, signing.NewestOf(signing.Ring.Published));

        await one.RotateAsync();
        await one.ExecuteAsync("UPDATE signing_key SET box = 'AAAA' WHERE state = 'standby'");
        await Assert.ThrowsAsync<StorageException>(() => signing.ReloadAsync(default));
        Assert.Equal(keys[0].KeyId, signing.Ring.Current(SignatureAlgorithm.ES256).KeyId);
    }
}
