// What the token endpoint knows, and when: an administrator's word counts at once, and a warm client needs no database.
namespace Watchword.Tests.Issuer;

public sealed class TokenEndpointStateTests
{
    [Fact]
    public async Task What_an_administrator_changes_counts_for_the_next_request()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync("invoices:read");
        Assert.Equal("invoices:read", (await server.AskAsync(client)).Scope);

        await server.GrantAsync(client.Id, IssuerServer.Billing, "invoices:write");
        Assert.Equal("invoices:read invoices:write", (await server.AskAsync(client)).Scope);

        await server.AdminAsync(HttpMethod.Delete, $"clients/{client.Id}/grants?resource=https%3A%2F%2Fbilling&scope=invoices:read");
        Assert.Equal("invoices:write", (await server.AskAsync(client)).Scope);

        await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/disable");
        (await server.AskAsync(client)).Refused(401, "invalid_client");

        await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/enable");
        Assert.Equal(200, (await server.AskAsync(client)).Status);

        await server.AdminAsync(HttpMethod.Delete, $"clients/{client.Id}/grants?resource=https%3A%2F%2Fbilling");
        (await server.AskAsync(client)).Refused(400, "unauthorized_client");
    }

    [Fact]
    public async Task A_revoked_key_stops_at_once_and_the_other_one_goes_on()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        var second = await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/credentials", """{"name":"2027"}""");
        Assert.Equal(200, (await server.AskAsync(client)).Status);

        await server.AdminAsync(HttpMethod.Delete, "credentials/" + client.CredentialId);

        (await server.AskAsync(client)).Refused(401, "invalid_client");
        Assert.Equal(200, (await server.AskAsync(client with { ApiKey = second.GetProperty("api_key").GetString()! })).Status);
    }

    [Fact]
    public async Task A_deleted_client_or_resource_is_gone_at_once()
    {
        await using var server = await IssuerServer.StartAsync();
        var first = await server.AddClientAsync();
        var second = await server.AddClientAsync();
        Assert.Equal(200, (await server.AskAsync(first)).Status);
        Assert.Equal(200, (await server.AskAsync(second)).Status);

        await server.AdminAsync(HttpMethod.Delete, "clients/" + first.Id);
        (await server.AskAsync(first)).Refused(401, "invalid_client");
        Assert.Equal(200, (await server.AskAsync(second)).Status);

        await server.AdminAsync(HttpMethod.Delete, "resources?resource=https%3A%2F%2Fbilling");
        (await server.AskAsync(second, ("resource", IssuerServer.Billing))).Refused(400, "invalid_target");
    }

    [Fact]
    public async Task A_warm_client_is_served_without_a_database_and_a_cold_one_is_told_to_come_again()
    {
        await using var server = await IssuerServer.StartAsync();
        var warm = await server.AddClientAsync();
        var cold = await server.AddClientAsync();
        Assert.Equal(200, (await server.AskAsync(warm)).Status);

        await server.LoseDatabaseAsync();

        for (var i = 0; i < 5; i++) Assert.Equal(200, (await server.AskAsync(warm)).Status);
        var refused = (await server.AskAsync(cold)).Refused(503, "temporarily_unavailable");
        Assert.InRange(refused.Http.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, (await server.AskAsync(warm)).Status);
    }

    [Fact]
    public async Task Many_clients_are_served_at_once()
    {
        await using var server = await IssuerServer.StartAsync();
        var clients = new List<TestClient>();
        for (var i = 0; i < 8; i++) clients.Add(await server.AddClientAsync());

        var replies = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => server.AskAsync(clients[i % clients.Count])));

        Assert.All(replies.Index(), each => Assert.Equal(clients[each.Index % clients.Count].Id, each.Item.Claims().GetProperty("sub").GetString()));
        Assert.Equal(replies.Length, replies.Select(reply => reply.Token).Distinct().Count());
    }

    [Fact]
    public async Task What_was_used_is_remembered()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        var path = $"clients/{client.Id}/credentials";
        Assert.False((await server.AdminAsync(HttpMethod.Get, path)).GetProperty("credentials")[0].TryGetProperty("last_used", out _));

        await server.AskAsync(client);

        Assert.True((await server.AdminAsync(HttpMethod.Get, path)).GetProperty("credentials")[0].TryGetProperty("last_used", out _));
    }

    [Fact]
    public async Task A_refusal_is_one_line_in_the_log()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        (await server.AskAsync(client, ("scope", "none"))).Refused(400, "invalid_scope");
        Assert.Single(server.Log.Lines, line => line.StartsWith("Information", StringComparison.Ordinal) && line.Contains("invalid_scope") && line.Contains(client.Id));
    }
}
