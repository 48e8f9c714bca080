// Who is accepted, what a refusal costs, and how soon an administrator's change is felt.
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class ClientAuthenticatorTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private IssuerStores _stores = null!;
    private ApiKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await IssuerStores.OpenAsync(Path.Combine(_temp.Path, "data"), _clock);
        _key = await _stores.AddCallerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task A_good_key_is_accepted_with_and_without_its_client_id()
    {
        Assert.Equal("orders", (await AskAsync(_key)).Caller!.ClientId);
        Assert.Equal("orders", (await AskAsync(_key, "orders")).Caller!.ClientId);
    }

    [Fact]
    public async Task Another_clients_id_beside_it_is_refused_cold_and_warm()
    {
        await RefusedAsync(AuthenticationFault.OtherClient, _key, "billing");
        await AskAsync(_key);
        await RefusedAsync(AuthenticationFault.OtherClient, _key, "Orders");
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_id_are_refused_cold_and_warm()
    {
        await RefusedAsync(AuthenticationFault.WrongSecret, WithId(_key.CredentialId));
        await RefusedAsync(AuthenticationFault.UnknownCredential, ApiKey.Generate());
        await AskAsync(_key);
        await RefusedAsync(AuthenticationFault.WrongSecret, WithId(_key.CredentialId));
        Assert.NotNull((await AskAsync(_key)).Caller);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_another_goes_on()
    {
        var next = (await _stores.Credentials.AddAsync("orders", null, null, default)).Key;
        Assert.NotNull((await AskAsync(_key)).Caller);
        await _stores.Credentials.RevokeAsync(_key.CredentialId, null, found => found, default);
        await RefusedAsync(AuthenticationFault.Revoked, _key);
        Assert.NotNull((await AskAsync(next)).Caller);
    }

    [Fact]
    public async Task A_key_expires_to_the_moment_also_when_warm()
    {
        var brief = (await _stores.Credentials.AddAsync("orders", null, TimeSpan.FromMinutes(1), default)).Key;
        _clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await AskAsync(brief)).Caller);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await RefusedAsync(AuthenticationFault.Expired, brief);
    }

    [Fact]
    public async Task A_disabled_client_is_refused_until_it_is_enabled()
    {
        Assert.NotNull((await AskAsync(_key)).Caller);
        await _stores.Clients.SetDisabledAsync("orders", true, default);
        await RefusedAsync(AuthenticationFault.ClientDisabled, _key);
        await _stores.Clients.SetDisabledAsync("orders", false, default);
        Assert.NotNull((await AskAsync(_key)).Caller);
        await _stores.Clients.DeleteAsync("orders", default);
        await RefusedAsync(AuthenticationFault.UnknownCredential, _key);
    }

    [Fact]
    public async Task A_changed_grant_is_felt_at_once()
    {
        Assert.Equal("invoices:read", (await AskAsync(_key)).Caller!.Grants["https://billing"].ScopeText);
        await _stores.Grants.AddAsync("orders", "https://billing", ["invoices:write"], default);
        Assert.Equal("invoices:read invoices:write", (await AskAsync(_key)).Caller!.Grants["https://billing"].ScopeText);
        await _stores.Resources.DeleteAsync("https://billing", default);
        Assert.Empty((await AskAsync(_key)).Caller!.Grants);
    }

    [Fact]
    public async Task A_warm_key_makes_no_query()
    {
        var caller = (await AskAsync(_key)).Caller;
        await _stores.ExecuteAsync("DROP TABLE credential");
        var asked = _stores.Authenticator.AuthenticateAsync(_key, null, default);
        Assert.True(asked.IsCompletedSuccessfully);
        Assert.Same(caller, (await asked).Caller);
        await Assert.ThrowsAsync<StorageException>(async () => await AskAsync(ApiKey.Generate()));
    }

    [Fact]
    public async Task What_is_refused_costs_one_read_of_one_row()
    {
        // Without the tables of grants and resources, only the first read can succeed.
        foreach (var table in (string[])["client_usage", "grant_scope", "client_grant", "resource_scope", "shared_secret", "resource"])
            await _stores.ExecuteAsync($"DROP TABLE {table}");
        await RefusedAsync(AuthenticationFault.UnknownCredential, ApiKey.Generate());
        await RefusedAsync(AuthenticationFault.WrongSecret, WithId(_key.CredentialId));
        await Assert.ThrowsAsync<StorageException>(async () => await AskAsync(_key));
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        await RefusedAsync(AuthenticationFault.WrongSecret, WithId(_key.CredentialId));
        Assert.Null(_stores.Registry.Find(_key.CredentialId));
        await AskAsync(_key);
        Assert.NotNull(_stores.Registry.Find(_key.CredentialId));
    }

    [Fact]
    public async Task A_load_that_began_before_a_change_is_not_remembered()
    {
        var changed = false;
        var caller = await _stores.Registry.LoadAsync(
            _key.CredentialId,
            _ =>
            {
                _stores.Clients.SetDisabledAsync("orders", true, default).GetAwaiter().GetResult();
                return changed = true;
            },
            default);
        Assert.True(changed && caller is not null);
        Assert.Null(_stores.Registry.Find(_key.CredentialId));
    }

    [Fact]
    public async Task What_is_remembered_is_bounded()
    {
        var registry = new ClientRegistry(_stores.Database, _stores.DataKeys, capacity: 9);
        var ids = new List<string> { _key.CredentialId };
        for (var i = 0; i < 50; i++)
            ids.Add((await _stores.Credentials.AddAsync("orders", null, null, default)).Credential.CredentialId);
        foreach (var id in ids)
            Assert.NotNull(await registry.LoadAsync(id, _ => true, default));
        Assert.InRange(ids.Count(id => registry.Find(id) is not null), 1, 12);
    }

    private static ApiKey WithId(string id)
    {
        // A well-formed key of that id with another secret: its hash is all that is wrong.
        var body = $"wwk_{id}_{new string('0', 43)}";
        Span<char> check = stackalloc char[6];
        Watchword.Encodings.Base62.Write(Crc32.Of(System.Text.Encoding.ASCII.GetBytes(body)), check);
        Assert.True(ApiKey.TryParse($"{body}_{check}", out var key));
        return key;
    }

    private ValueTask<Authentication> AskAsync(ApiKey key, string? clientId = null) => _stores.Authenticator.AuthenticateAsync(key, clientId, default);

    private async Task RefusedAsync(AuthenticationFault fault, ApiKey key, string? clientId = null) =>
        Assert.Equal(new Authentication(null, fault), await AskAsync(key, clientId));
}
