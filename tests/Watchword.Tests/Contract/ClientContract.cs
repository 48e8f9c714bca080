// Clients, credentials, grants and resources, on both databases alike.
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Tests.Contract;

public abstract class ClientContract : StorageContract
{
    [Fact]
    public async Task A_client_is_created_shown_and_listed()
    {
        await using var stores = await OpenAsync();
        var (client, credential) = await stores.Clients.CreateAsync("orders", "first", TimeSpan.FromDays(1), default);
        await stores.Clients.CreateAsync("Orders", null, null, default);
        Assert.Equal(client, await stores.Clients.GetAsync("orders", default));
        Assert.Equal(["Orders", "orders"], (await stores.Clients.ListAsync(default)).Select(each => each.ClientId));
        Assert.Equal(credential.Credential, Assert.Single(await stores.Credentials.ListAsync("orders", default)));
        Assert.Equal(Clock.GetUtcNow().AddDays(1), credential.Credential.Expires);
        Assert.False(client.Disabled);
    }

    [Fact]
    public async Task A_client_exists_once()
    {
        await using var stores = await OpenAsync();
        await stores.Clients.CreateAsync("orders", null, null, default);
        await RefusedAsync(Refusal.AlreadyExists, "'orders'", () => stores.Clients.CreateAsync("orders", null, null, default));
        Assert.Single(await stores.Credentials.ListAsync("orders", default));
    }

    [Fact]
    public async Task A_client_is_disabled_and_enabled()
    {
        await using var stores = await OpenAsync();
        await stores.Clients.CreateAsync("orders", null, null, default);
        Assert.True((await stores.Clients.SetDisabledAsync("orders", true, default)).Disabled);
        Assert.True((await stores.Clients.GetAsync("orders", default)).Disabled);
        Assert.False((await stores.Clients.SetDisabledAsync("orders", false, default)).Disabled);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var stores = await OpenAsync();
        await stores.Clients.CreateAsync("orders", null, null, default);
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Clients.GetAsync("nobody", default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Clients.SetDisabledAsync("nobody", true, default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Clients.DeleteAsync("nobody", default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Credentials.AddAsync("nobody", null, null, default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Credentials.ListAsync("nobody", default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Grants.ListAsync("nobody", default));
        await RefusedAsync(Refusal.NotFound, "'nobody'", () => stores.Grants.AddAsync("nobody", "https://billing", [], default));
        await RefusedAsync(Refusal.NotFound, "no such credential", () => stores.Credentials.RevokeAsync("x' OR 1=1", null, found => found, default));
        await RefusedAsync(Refusal.NotFound, "0123456789abcdef", () => stores.Credentials.RevokeAsync("0123456789abcdef", null, found => found, default));
        await RefusedAsync(Refusal.NotFound, "'https://billing'", () => stores.Resources.GetAsync("https://billing", default));
        await RefusedAsync(Refusal.NotFound, "'https://billing'", () => stores.Resources.DeleteAsync("https://billing", default));
        await RefusedAsync(Refusal.NotFound, "no such grant", () => stores.Grants.RemoveAsync("orders", "https://billing", null, default));
        await RefusedAsync(Refusal.NotFound, "no such grant", () => stores.Grants.RemoveAsync("orders", "https://billing", "x", default));
    }

    [Fact]
    public async Task Deleting_a_client_takes_all_that_is_its_own()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await stores.ExecuteAsync("INSERT INTO client_usage (client_id, resource, tokens, last_used) VALUES ('orders', 'https://billing', 1, 1)");
        await stores.Clients.DeleteAsync("orders", default);
        foreach (var table in (string[])["client", "credential", "client_grant", "grant_scope", "client_usage"])
            Assert.Equal(0, await stores.CountAsync($"SELECT COUNT(*) FROM {table}"));
        Assert.Single(await stores.Resources.ListAsync(default));
    }

    [Fact]
    public async Task A_client_has_several_credentials_and_a_revoked_one_stays_revoked()
    {
        await using var stores = await OpenAsync();
        var (_, first) = await stores.Clients.CreateAsync("orders", null, null, default);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await stores.Credentials.AddAsync("orders", "next", TimeSpan.FromHours(1), default);
        Assert.Equal([first.Credential, second.Credential], await stores.Credentials.ListAsync("orders", default));

        var revoked = await stores.Credentials.RevokeAsync(first.Credential.CredentialId, null, found => found, default);
        Assert.Equal(Clock.GetUtcNow(), revoked.Revoked);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(revoked, await stores.Credentials.RevokeAsync(first.Credential.CredentialId, null, found => found, default));
    }

    [Fact]
    public async Task No_secret_is_in_the_database()
    {
        await using var stores = await OpenAsync();
        var key = await stores.AddCallerAsync(algorithm: "HS256");
        var (_, secret) = await stores.Resources.CreateAsync("https://stock", [], null, "HS256", default);
        var texts = await stores.Database.ReadAsync("SELECT hash FROM credential UNION ALL SELECT box FROM shared_secret", row => row.GetString(0), default);
        Assert.Equal(3, texts.Count);
        Assert.All(texts, text => Assert.DoesNotContain(key.Reveal().Split('_')[2], text, StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(secret!.Reveal().Split('_')[2], text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Grants_add_up_and_may_be_repeated()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        Assert.Equal(["invoices:read"], (await stores.Grants.AddAsync("orders", "https://billing", ["invoices:read"], default)).Scopes);
        var both = await stores.Grants.AddAsync("orders", "https://billing", ["invoices:write", "invoices:write"], default);
        Assert.Equal(["invoices:read", "invoices:write"], both.Scopes);
        Assert.Equal(both.Scopes, Assert.Single(await stores.Grants.ListAsync("orders", default)).Scopes);
    }

    [Fact]
    public async Task A_scope_the_resource_does_not_have_is_not_granted()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await RefusedAsync(
            Refusal.Invalid, "'invoices:burn'",
            () => stores.Grants.AddAsync("orders", "https://billing", ["invoices:write", "invoices:burn"], default));
        await RefusedAsync(Refusal.NotFound, "'https://stock'", () => stores.Grants.AddAsync("orders", "https://stock", [], default));
        Assert.Equal(["invoices:read"], Assert.Single(await stores.Grants.ListAsync("orders", default)).Scopes);
    }

    [Fact]
    public async Task The_last_scope_takes_the_grant_with_it()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await stores.Grants.AddAsync("orders", "https://billing", ["invoices:write"], default);
        await stores.Grants.RemoveAsync("orders", "https://billing", "invoices:read", default);
        Assert.Equal(["invoices:write"], Assert.Single(await stores.Grants.ListAsync("orders", default)).Scopes);
        await stores.Grants.RemoveAsync("orders", "https://billing", "invoices:write", default);
        Assert.Empty(await stores.Grants.ListAsync("orders", default));
    }

    [Fact]
    public async Task A_whole_grant_is_removed_and_one_without_scopes_can_be()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await stores.Grants.RemoveAsync("orders", "https://billing", null, default);
        Assert.Empty(await stores.Grants.ListAsync("orders", default));
        Assert.Empty((await stores.Grants.AddAsync("orders", "https://billing", [], default)).Scopes);
        Assert.Single(await stores.Grants.ListAsync("orders", default));
        await stores.Grants.RemoveAsync("orders", "https://billing", null, default);
        Assert.Empty(await stores.Grants.ListAsync("orders", default));
    }

    [Fact]
    public async Task A_resource_is_created_shown_and_listed()
    {
        await using var stores = await OpenAsync();
        var (stock, noSecret) = await stores.Resources.CreateAsync("urn:example:stock", [], null, null, default);
        var (billing, secret) = await stores.Resources.CreateAsync("https://billing", ["b", "a", "b"], 10, "HS256", default);
        Assert.Null(noSecret);
        Assert.NotNull(secret);
        Assert.Equal((SignatureAlgorithm.ES256, TimeSpan.FromMinutes(5)), (stock.Algorithm, stock.TokenLifetime));
        Assert.Equal(["a", "b"], billing.Scopes);
        Same(billing, await stores.Resources.GetAsync("https://billing", default));
        Assert.Collection(await stores.Resources.ListAsync(default), each => Same(billing, each), each => Same(stock, each));
        Assert.Equal([SignatureAlgorithm.ES256], await stores.Resources.AlgorithmsAsync(default));
    }

    [Fact]
    public async Task A_resource_exists_once_and_its_identifier_is_exact()
    {
        await using var stores = await OpenAsync();
        await stores.Resources.CreateAsync("https://billing", ["a"], null, "HS256", default);
        await RefusedAsync(
            Refusal.AlreadyExists, "'https://billing'", () => stores.Resources.CreateAsync("https://billing", ["b"], null, "HS256", default));
        await stores.Resources.CreateAsync("https://billing/", [], null, null, default);
        Assert.Equal(["a"], (await stores.Resources.GetAsync("https://billing", default)).Scopes);
        Assert.Equal(1, await stores.CountAsync("SELECT COUNT(*) FROM shared_secret"));
    }

    [Fact]
    public async Task Deleting_a_resource_takes_its_scopes_secret_and_grants()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync(algorithm: "HS256");
        await stores.ExecuteAsync("INSERT INTO client_usage (client_id, resource, tokens, last_used) VALUES ('orders', 'https://billing', 1, 1)");
        await stores.Resources.DeleteAsync("https://billing", default);
        foreach (var table in (string[])["resource", "resource_scope", "shared_secret", "client_grant", "grant_scope", "client_usage"])
            Assert.Equal(0, await stores.CountAsync($"SELECT COUNT(*) FROM {table}"));
        Assert.Empty(await stores.Grants.ListAsync("orders", default));
    }

    private static void Same(Resource expected, Resource actual)
    {
        Assert.Equal(expected.Scopes, actual.Scopes);
        Assert.Equal(expected with { Scopes = [] }, actual with { Scopes = expected.Scopes is [] ? expected.Scopes : [] });
    }

    private static async Task RefusedAsync(Refusal refusal, string says, Func<Task> request)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(request);
        Assert.Equal(refusal, refused.Refusal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }
}
