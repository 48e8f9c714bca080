// What the reviews of the issuer's data find, on both databases alike.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public abstract class ReviewContract : ReplacementContract
{
    [Fact]
    public async Task The_review_finds_what_ends_has_ended_and_is_idle()
    {
        await using var stores = await OpenAsync();
        var review = new CredentialReview(stores.Database);
        var (_, idle) = await stores.Clients.CreateAsync("orders", "idle", null, default);
        Clock.Advance(TimeSpan.FromDays(100));
        var now = Clock.GetUtcNow();
        var ended = await AddAsync("ended", TimeSpan.FromDays(1));
        var soon = await AddAsync("soon", TimeSpan.FromDays(10));
        var sooner = await AddAsync("sooner", TimeSpan.FromDays(5));
        var late = await AddAsync("late", TimeSpan.FromDays(30));
        var revoked = await AddAsync("revoked", TimeSpan.FromDays(5));
        await stores.Credentials.RevokeAsync(revoked, null, found => found, default);
        await stores.Clients.CreateAsync("disabled", null, TimeSpan.FromDays(5), default);
        await stores.Clients.SetDisabledAsync("disabled", true, default);
        Clock.Advance(TimeSpan.FromDays(2));

        var at = Clock.GetUtcNow();
        Assert.Equal([sooner, soon], Ids(await review.ExpiringAsync(at, at + CredentialReview.Ahead, default)));
        Assert.Equal([ended], Ids(await review.ExpiredAsync(now, at, default)));
        Assert.Empty(Ids(await review.IdleAsync(at - CredentialReview.Idle, at, default)));
        await stores.ExecuteAsync($"UPDATE credential SET last_used = {at.ToUnixTimeMilliseconds()} WHERE credential_id = '{late}'");
        Assert.Equal([idle.Credential.CredentialId], Ids(await review.IdleAsync(at - CredentialReview.Idle, at, default)));

        async Task<string> AddAsync(string name, TimeSpan life) => (await stores.Credentials.AddAsync("orders", name, life, default)).Credential.CredentialId;
        static IEnumerable<string> Ids(Excerpt<Credential> found) => found.Rows.Select(credential => credential.CredentialId);
    }

    [Fact]
    public async Task The_review_puts_first_what_was_in_use_when_it_ended_and_counts_them_all()
    {
        await using var stores = await OpenAsync();
        var review = new CredentialReview(stores.Database);
        var start = Clock.GetUtcNow();
        var (_, used) = await stores.Clients.CreateAsync("orders", "used", TimeSpan.FromDays(1), default);
        for (var i = 0; i < Excerpt.Most + 5; i++)
            await stores.Credentials.AddAsync("orders", "unused", TimeSpan.FromDays(2), default);
        await UseAsync(stores, used.Credential.CredentialId, start);
        Clock.Advance(TimeSpan.FromDays(3));
        var expired = await review.ExpiredAsync(start, Clock.GetUtcNow(), default);
        Assert.Equal((Excerpt.Most, Excerpt.Most + 6), (expired.Rows.Count, expired.All));
        Assert.Equal(used.Credential.CredentialId, expired.Rows[0].CredentialId);
    }

    [Fact]
    public async Task The_review_finds_what_is_in_use_for_too_long()
    {
        await using var stores = await OpenAsync();
        var review = new CredentialReview(stores.Database);
        var old = await CreateAsync("orders", null);
        var followed = await CreateAsync("followed", null);
        var ending = await CreateAsync("ending", TimeSpan.FromDays(400 + 5));
        await CreateAsync("unused", null);
        Clock.Advance(TimeSpan.FromDays(400));
        await stores.Credentials.AddAsync("followed", "newer", null, default);
        var now = Clock.GetUtcNow();
        foreach (var id in (string[])[old, followed, ending])
            await UseAsync(stores, id, now);
        var found = await review.UnreplacedAsync(now - CredentialReview.Old, now - CredentialReview.Idle, now + CredentialReview.Ahead, now, default);
        Assert.Equal([old], found.Rows.Select(credential => credential.CredentialId));

        async Task<string> CreateAsync(string client, TimeSpan? life) => (await stores.Clients.CreateAsync(client, null, life, default)).Credential.Credential.CredentialId;
    }

    [Fact]
    public async Task The_review_finds_grants_that_nobody_uses()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync("idle", "https://idle");
        await stores.AddCallerAsync("never", "https://never");
        await stores.AddCallerAsync("disabled", "https://disabled");
        await stores.AddCallerAsync("busy", "https://busy");
        await stores.Clients.SetDisabledAsync("disabled", true, default);
        await UseAsync("idle", Clock.GetUtcNow());
        Clock.Advance(TimeSpan.FromDays(91));
        await UseAsync("busy", Clock.GetUtcNow() - TimeSpan.FromDays(89));
        await stores.AddCallerAsync("new", "https://new");
        var found = await new GrantReview(stores.Database).IdleAsync(Clock.GetUtcNow(), default);
        Assert.Equal(
            [("idle", "https://idle", Clock.GetUtcNow() - TimeSpan.FromDays(91)), ("never", "https://never", (DateTimeOffset?)null)],
            found.Rows.Select(grant => (grant.ClientId, grant.Resource, grant.LastUsed)));

        Task UseAsync(string client, DateTimeOffset at) => stores.ExecuteAsync(
            $"INSERT INTO client_usage (client_id, resource, tokens, last_used) VALUES ('{client}', 'https://{client}', 1, {at.ToUnixTimeMilliseconds()})");
    }

    [Fact]
    public async Task The_review_finds_resources_and_secrets_to_look_at()
    {
        await using var stores = await OpenAsync();
        var review = new ResourceReview(stores.Database);
        await stores.Resources.CreateAsync("https://long", [], 7200, null, default);
        await stores.Resources.CreateAsync("https://short", [], 3600, null, default);
        await stores.Resources.CreateAsync("https://shared", [], 7200, "HS256", default);
        await stores.Resources.CreateAsync("https://billing/*", [], null, null, default);
        Assert.Equal([("https://long", TimeSpan.FromHours(2))], (await review.OutlivingAsync(TimeSpan.FromHours(1), default)).Rows);
        Assert.Equal(["https://billing/*"], (await review.StarredAsync(default)).Rows);

        var made = Clock.GetUtcNow();
        Assert.Empty((await review.OldSecretsAsync(made.AddMilliseconds(-1), default)).Rows);
        var (keyId, resource, created) = Assert.Single((await review.OldSecretsAsync(made, default)).Rows);
        Assert.Equal(("https://shared", made), (resource, created));
        Assert.Equal((keyId, resource), (await review.SecretsAsync(default)).Select(secret => (secret.KeyId, secret.Resource)).Single());
    }

    private static Task<int> UseAsync(IssuerStores stores, string credential, DateTimeOffset at) =>
        stores.ExecuteAsync($"UPDATE credential SET last_used = {at.ToUnixTimeMilliseconds()} WHERE credential_id = '{credential}'");
}
