// When and from where a credential was last used, and that one in use is not revoked by mistake.
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Watchword.Tests.Issuer;

public sealed class CredentialUseTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private IssuerServer _server = null!;
    private TestClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IssuerServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_clock));
        _client = await _server.AddClientAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_list_says_where_it_was_last_used_from()
    {
        Assert.False((await CredentialAsync()).TryGetProperty("last_used_from", out _));
        await _server.AskAsync(_client);
        Assert.Equal("127.0.0.1", (await CredentialAsync()).GetProperty("last_used_from").GetString());
    }

    [Fact]
    public async Task A_header_of_a_stranger_changes_nothing_in_it()
    {
        await _server.AskAsync(
            [("grant_type", "client_credentials"), ("client_id", _client.Id), ("client_secret", _client.ApiKey)],
            request => request.Headers.Add("X-Forwarded-For", "192.0.2.1"));
        Assert.Equal("127.0.0.1", (await CredentialAsync()).GetProperty("last_used_from").GetString());
    }

    [Fact]
    public async Task One_that_was_used_is_not_revoked_and_one_that_was_not_is()
    {
        var spare = (await _server.AdminAsync(HttpMethod.Post, $"clients/{_client.Id}/credentials", "{}")).GetProperty("credential_id").GetString()!;
        _clock.Advance(TimeSpan.FromDays(8));
        await _server.AskAsync(_client);
        _clock.Advance(TimeSpan.FromHours(2));

        var sentence = await RefusedAsync(_client.CredentialId);
        Assert.Equal($"the credential '{_client.CredentialId}' was last used 2 h ago from 127.0.0.1; it was not revoked", sentence);
        Assert.False((await CredentialAsync()).TryGetProperty("revoked", out _));
        var revoked = await _server.AdminAsync(HttpMethod.Delete, $"credentials/{spare}?if_unused_for=604800");
        Assert.True(revoked.TryGetProperty("revoked", out _));

        await _server.AdminAsync(HttpMethod.Delete, $"credentials/{_client.CredentialId}");
        (await _server.AskAsync(_client)).Refused(401, "invalid_client");
        await _server.AdminAsync(HttpMethod.Delete, $"credentials/{_client.CredentialId}?if_unused_for=604800");
    }

    [Fact]
    public async Task A_use_that_cannot_be_written_counts_all_the_same()
    {
        _clock.Advance(TimeSpan.FromDays(8));
        await ExecuteAsync("ALTER TABLE client_usage RENAME TO away");
        await _server.AskAsync(_client);
        Assert.Contains("was last used 0 s ago from 127.0.0.1", await RefusedAsync(_client.CredentialId), StringComparison.Ordinal);
        await ExecuteAsync("ALTER TABLE away RENAME TO client_usage");
        Assert.Contains("was last used 0 s ago from 127.0.0.1", await RefusedAsync(_client.CredentialId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_load_none_is_revoked_that_is_in_use()
    {
        _clock.Advance(TimeSpan.FromDays(8));
        await _server.AskAsync(_client);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                Assert.Equal(200, (await _server.AskAsync(_client)).Status);
        }).ToArray();
        for (var i = 0; i < 50; i++)
            await RefusedAsync(_client.CredentialId);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("7d")]
    [InlineData("1e3")]
    [InlineData("99999999999")]
    public async Task A_time_that_is_none_is_refused(string time)
    {
        using var answer = await _server.AdminSendAsync(HttpMethod.Delete, $"credentials/{_client.CredentialId}?if_unused_for={time}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(200, (await _server.AskAsync(_client)).Status);
    }

    private async Task<JsonElement> CredentialAsync() =>
        (await _server.AdminAsync(HttpMethod.Get, $"clients/{_client.Id}/credentials")).GetProperty("credentials")[0];

    private async Task<string> RefusedAsync(string id)
    {
        using var answer = await _server.AdminSendAsync(HttpMethod.Delete, $"credentials/{id}?if_unused_for=604800");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("conflict", json.GetProperty("error").GetString());
        return json.GetProperty("error_description").GetString()!;
    }

    private Task<int> ExecuteAsync(string sql) => _server.Running.Database.WriteAsync(transaction => transaction.ExecuteAsync(sql), default);
}
