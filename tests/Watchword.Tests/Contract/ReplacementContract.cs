// What is replaced with no downtime, on both databases alike: shared secrets, and credentials that nobody uses any more.
using Microsoft.Extensions.Logging.Abstractions;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;
using Watchword.Keys;

namespace Watchword.Tests.Contract;

public abstract class ReplacementContract : EncryptionContract
{
    private const string Billing = "https://billing";

    [Fact]
    public async Task A_second_secret_signs_nothing_until_it_is_activated()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        var first = Assert.Single(await stores.Secrets.ListAsync(Billing, default));
        Assert.Equal(new StoredSecret(first.KeyId, KeyState.Active, Clock.GetUtcNow()) { Activated = Clock.GetUtcNow() }, first);

        Clock.Advance(TimeSpan.FromMinutes(1));
        var (secret, added) = await stores.Secrets.AddAsync(Billing, default);
        Assert.Equal(new StoredSecret(secret.KeyId, KeyState.Standby, Clock.GetUtcNow()), added);
        Assert.Equal(first.KeyId, await SigningKeyIdAsync(key));

        Clock.Advance(TimeSpan.FromMinutes(1));
        var (active, retired) = await stores.Secrets.ActivateAsync(Billing, default);
        Assert.Equal((added with { State = KeyState.Active, Activated = Clock.GetUtcNow() }, first), (active, retired));
        Assert.Equal(secret.KeyId, await SigningKeyIdAsync(key));
        Assert.Equal(
            [first with { State = KeyState.Retired, Retired = Clock.GetUtcNow() }, active], await stores.Secrets.ListAsync(Billing, default));
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM shared_secret WHERE box IS NOT NULL"));

        async Task<string> SigningKeyIdAsync(ApiKey caller) =>
            (await stores.Authenticator.AuthenticateAsync(caller, null, default)).Caller!.Grants[Billing].SharedKey!.KeyId;
    }

    [Fact]
    public async Task A_third_secret_and_an_activation_without_a_standby_are_refused()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync(algorithm: "HS256");
        await RefusedAsync(Refusal.Conflict, "no secret of 'https://billing' stands by", () => stores.Secrets.ActivateAsync(Billing, default));
        var standby = (await stores.Secrets.AddAsync(Billing, default)).Stored;
        await RefusedAsync(Refusal.Conflict, $"'{standby.KeyId}'", () => stores.Secrets.AddAsync(Billing, default));
        await stores.Secrets.ActivateAsync(Billing, default);
        await RefusedAsync(Refusal.Conflict, "stands by", () => stores.Secrets.ActivateAsync(Billing, default));
        Assert.Equal(2, (await stores.Secrets.ListAsync(Billing, default)).Count);
    }

    [Fact]
    public async Task Nodes_that_race_add_one_standby()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        await one.AddCallerAsync(algorithm: "HS256");
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(each => RaceAsync(async () =>
        {
            try
            {
                return (await (each % 2 == 0 ? one : two).Secrets.AddAsync(Billing, default)).Stored;
            }
            catch (RefusedException)
            {
                return null;
            }
        })));
        Assert.Single(added, each => each is not null);
        Assert.Equal(2, (await two.Secrets.ListAsync(Billing, default)).Count);
    }

    [Fact]
    public async Task A_revoked_secret_signs_no_more_and_the_standby_takes_its_place()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        var first = Assert.Single(await stores.Secrets.ListAsync(Billing, default));
        await RefusedAsync(Refusal.Conflict, "no other stands by", () => stores.Secrets.RevokeAsync(Billing, first.KeyId, default));

        var standby = (await stores.Secrets.AddAsync(Billing, default)).Stored;
        var (revoked, active) = await stores.Secrets.RevokeAsync(Billing, first.KeyId, default);
        Assert.Equal((KeyState.Revoked, Clock.GetUtcNow(), standby.KeyId), (revoked.State, revoked.Revoked, active!.KeyId));
        Assert.Equal(standby.KeyId, (await stores.Authenticator.AuthenticateAsync(key, null, default)).Caller!.Grants[Billing].SharedKey!.KeyId);

        // Again changes nothing; a standby can be revoked too, and then another be added.
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(revoked, (await stores.Secrets.RevokeAsync(Billing, first.KeyId, default)).Revoked);
        var third = (await stores.Secrets.AddAsync(Billing, default)).Stored;
        Assert.Equal(KeyState.Revoked, (await stores.Secrets.RevokeAsync(Billing, third.KeyId, default)).Revoked.State);
        await stores.Secrets.AddAsync(Billing, default);
        Assert.Equal(2, await stores.CountAsync("SELECT COUNT(*) FROM shared_secret WHERE box IS NOT NULL"));
    }

    [Fact]
    public async Task Only_a_resource_with_a_shared_secret_has_any()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await stores.Resources.CreateAsync("https://stock", [], null, "HS256", default);
        var stock = Assert.Single(await stores.Secrets.ListAsync("https://stock", default));
        await RefusedAsync(Refusal.Invalid, "ES256", () => stores.Secrets.AddAsync(Billing, default));
        await RefusedAsync(Refusal.Invalid, "ES256", () => stores.Secrets.ListAsync(Billing, default));
        await RefusedAsync(Refusal.Invalid, "ES256", () => stores.Secrets.RevokeAsync(Billing, stock.KeyId, default));
        await RefusedAsync(Refusal.NotFound, "'https://none'", () => stores.Secrets.AddAsync("https://none", default));
        await RefusedAsync(Refusal.NotFound, "'https://none'", () => stores.Secrets.ListAsync("https://none", default));
        await RefusedAsync(Refusal.NotFound, "no such secret", () => stores.Secrets.RevokeAsync("https://stock", "x", default));
    }

    [Theory]
    [InlineData("UPDATE shared_secret SET box = (SELECT box FROM shared_secret WHERE state = 'standby') WHERE state = 'active'")]
    [InlineData("UPDATE shared_secret SET box = SUBSTR(box, 1, 60) WHERE state = 'active'")]
    [InlineData("UPDATE shared_secret SET box = '*' WHERE state = 'active'")]
    [InlineData("UPDATE shared_secret SET kid = 'x' || kid WHERE state = 'active'")]
    public async Task A_secret_whose_row_was_swapped_altered_or_truncated_signs_nothing(string sabotage)
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        await stores.Secrets.AddAsync(Billing, default);
        await stores.ExecuteAsync(sabotage);
        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await stores.Authenticator.AuthenticateAsync(key, null, default));
        Assert.Contains("does not open: its row was altered or exchanged; restore", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_is_revoked_only_if_it_was_not_used_for_the_time_given()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync();
        await using var usage = new UsageCounter(stores.Database, NullLogger<UsageCounter>.Instance, Clock);
        await RefusedAsync(Refusal.Conflict, "was never used, but made only 0 s ago; it was not revoked", () => RevokeAsync(TimeSpan.FromDays(7)));
        Clock.Advance(TimeSpan.FromDays(7));
        usage.Count("orders", Billing, key.CredentialId, new LastUse(Clock.GetUtcNow(), System.Net.IPAddress.Parse("::ffff:10.0.0.7")));
        await usage.FlushAsync(default);
        var used = Assert.Single(await stores.Credentials.ListAsync("orders", default));
        Assert.Equal((Clock.GetUtcNow(), "10.0.0.7"), (used.LastUsed, used.LastUsedFrom));

        Clock.Advance(TimeSpan.FromHours(2));
        await RefusedAsync(Refusal.Conflict, "was last used 2 h ago from 10.0.0.7; it was not revoked", () => RevokeAsync(TimeSpan.FromDays(7)));
        Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        await RefusedAsync(Refusal.Conflict, "6 days ago", () => RevokeAsync(TimeSpan.FromDays(7)));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        var revoked = await RevokeAsync(TimeSpan.FromDays(7));
        Assert.Equal(used with { Revoked = Clock.GetUtcNow() }, revoked);
        Assert.Equal(revoked, Assert.Single(await stores.Credentials.ListAsync("orders", default)));
        Assert.Equal(AuthenticationFault.Revoked, (await stores.Authenticator.AuthenticateAsync(key, null, default)).Fault);

        Task<Credential> RevokeAsync(TimeSpan unusedFor) => stores.Credentials.RevokeAsync(key.CredentialId, unusedFor, found => found, default);
    }

    private static async Task RefusedAsync(Refusal refusal, string says, Func<Task> request)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(request);
        Assert.Equal(refusal, refused.Refusal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }
}
