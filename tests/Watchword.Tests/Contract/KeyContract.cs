// Stored keys, authentication and usage, on both databases alike.
using Microsoft.Extensions.Logging.Abstractions;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public abstract class KeyContract : ClientContract
{
    [Fact]
    public async Task An_algorithm_gets_one_active_and_one_standby_key_that_stay()
    {
        IReadOnlyList<StoredKey> made;
        await using (var stores = await OpenAsync())
        {
            made = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
            Assert.Equal([KeyState.Standby, KeyState.Active], made.Select(key => key.State));
            Assert.Equal([null, Clock.GetUtcNow()], made.Select(key => key.Activated));
            Assert.Equal([2, 1], made.Select(key => key.Number));
            Assert.Equal(4, (await stores.EnsureKeysAsync(SignatureAlgorithm.ES384)).Count);
        }
        await using var again = await OpenAsync();
        using var signing = new SigningKeys(again.Keys);
        await signing.EnsureAsync(SignatureAlgorithm.ES256, default);
        Assert.Equal(4, signing.Ring.Published.Keys.Count);
        Assert.Equal(made[1].KeyId, signing.Ring.Current(SignatureAlgorithm.ES256).KeyId);
        Assert.True(signing.Ring.Published.Contains(made[0].KeyId));
    }

    [Fact]
    public async Task Nodes_that_race_make_one_active_and_one_standby_key()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var loaded = await Task.WhenAll(Enumerable.Range(0, 8).Select(each => RaceAsync(
            () => (each % 2 == 0 ? one : two).EnsureKeysAsync(SignatureAlgorithm.ES256))));
        Assert.Equal(2, await one.CountAsync("SELECT COUNT(*) FROM signing_key"));
        Assert.All(loaded, keys => Assert.Equal(loaded[0].Select(key => (key.KeyId, key.State)), keys.Select(key => (key.KeyId, key.State))));
    }

    [Fact]
    public async Task A_second_active_key_cannot_be_stored()
    {
        await using var stores = await OpenAsync();
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        foreach (var (from, to) in ((string, string)[])[("active", "standby"), ("standby", "active")])
            await Assert.ThrowsAsync<StorageException>(() => stores.ExecuteAsync($"UPDATE signing_key SET state = '{to}' WHERE state = '{from}'"));
    }

    [Fact]
    public async Task A_box_moved_to_another_kid_is_refused()
    {
        await using var stores = await OpenAsync();
        var keys = await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        await stores.ExecuteAsync("UPDATE signing_key SET box = (SELECT box FROM signing_key WHERE state = 'standby') WHERE state = 'active'");
        var refusal = await Assert.ThrowsAsync<StorageException>(() => LoadAsync(stores));
        Assert.Contains($"'{keys[1].KeyId}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("restore the database from a backup", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE signing_key SET algorithm = 'ES384'")]
    [InlineData("UPDATE signing_key SET algorithm = 'ES999'")]
    [InlineData("UPDATE signing_key SET kid = 'x' || kid")]
    [InlineData("UPDATE signing_key SET data_key = 2")]
    [InlineData("UPDATE signing_key SET box = 'AAAA'")]
    [InlineData("UPDATE signing_key SET box = '*'")]
    public async Task A_key_whose_row_was_altered_is_refused(string sabotage)
    {
        await using var stores = await OpenAsync();
        await stores.EnsureKeysAsync(SignatureAlgorithm.ES256);
        await stores.ExecuteAsync(sabotage);
        var refusal = await Assert.ThrowsAsync<StorageException>(() => LoadAsync(stores));
        Assert.Contains("restore", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_secret_moved_to_another_resource_is_refused()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        await stores.Resources.CreateAsync("https://stock", [], null, "HS256", default);
        await stores.ExecuteAsync("DELETE FROM shared_secret WHERE resource = 'https://billing'");
        await stores.ExecuteAsync("UPDATE shared_secret SET resource = 'https://billing'");
        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await stores.Authenticator.AuthenticateAsync(key, null, default));
        Assert.Contains("shared secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hash_moved_to_another_credential_is_worth_nothing()
    {
        await using var stores = await OpenAsync();
        var mine = await stores.AddCallerAsync();
        var theirs = (await stores.Clients.CreateAsync("billing", null, null, default)).Credential.Key;
        await stores.ExecuteAsync($"UPDATE credential SET hash = (SELECT hash FROM credential WHERE credential_id = '{mine.CredentialId}')");
        Assert.Equal(AuthenticationFault.None, (await stores.Authenticator.AuthenticateAsync(mine, null, default)).Fault);
        Assert.Equal(AuthenticationFault.WrongSecret, (await stores.Authenticator.AuthenticateAsync(theirs, null, default)).Fault);
    }

    [Fact]
    public async Task A_caller_is_known_by_its_key_with_its_grants()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        await stores.Resources.CreateAsync("https://stock", ["b", "a"], 60, "PS256", default);
        await stores.Grants.AddAsync("orders", "https://stock", ["b", "a"], default);
        var (caller, _) = await stores.Authenticator.AuthenticateAsync(key, "orders", default);
        Assert.Equal((key.CredentialId, "orders"), (caller!.CredentialId, caller.ClientId));
        Assert.Equal(["https://billing", "https://stock"], caller.Grants.Keys.Order());
        var stock = caller.Grants["https://stock"];
        Assert.Equal(("a b", TimeSpan.FromMinutes(1), SignatureAlgorithm.PS256), (stock.ScopeText, stock.TokenLifetime, stock.Algorithm));
        Assert.Null(stock.SharedKey);
        Assert.Equal(SignatureAlgorithm.HS256, caller.Grants["https://billing"].SharedKey!.Algorithm);
    }

    [Fact]
    public async Task Usage_adds_up_over_flushes_and_outlives_what_was_deleted()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync();
        await using var usage = new UsageCounter(stores.Database, NullLogger<UsageCounter>.Instance, Clock);
        for (var i = 0; i < 3; i++)
            usage.Count("orders", "https://billing", key.CredentialId, new LastUse(Clock.GetUtcNow(), null));
        usage.Count("gone", "https://billing", "0123456789abcdef", new LastUse(Clock.GetUtcNow(), null));
        await usage.FlushAsync(default);
        var late = Clock.GetUtcNow().AddMinutes(1);
        usage.Count("orders", "https://billing", key.CredentialId, new LastUse(late, null));
        usage.Count("orders", "https://billing", key.CredentialId, new LastUse(Clock.GetUtcNow(), null));
        await usage.FlushAsync(default);
        Assert.Equal(5, await stores.CountAsync("SELECT tokens FROM client_usage"));
        Assert.Equal(late.ToUnixTimeMilliseconds(), await stores.CountAsync("SELECT last_used FROM client_usage"));
        Assert.Equal(late, Assert.Single(await stores.Credentials.ListAsync("orders", default)).LastUsed);
    }

    private static async Task LoadAsync(IssuerStores stores)
    {
        using var signing = new SigningKeys(stores.Keys);
        await signing.ReloadAsync(default);
    }
}
