// One service calls another with a token: issuer, Orders and Billing as three processes.
using System.Net;
using System.Text.Json;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

public sealed class OrdersTests
{
    [Fact]
    public async Task Orders_calls_Billing_and_goes_on_while_the_issuer_is_down()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        await using var services = await StartAsync(issuer, "invoices:read", "invoices:write");
        using var answer = await issuer.Http.GetAsync(services.Orders);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        var caller = body.GetProperty("billingSees");
        Assert.Equal("orders", caller.GetProperty("client").GetString());
        Assert.Equal(issuer.Url, caller.GetProperty("issuer").GetString());
        Assert.Equal(1, body.GetProperty("wrote").GetProperty("number").GetInt64());

        await issuer.Process!.KillAsync();
        using var again = await issuer.Http.GetAsync(services.Orders);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Orders_says_why_it_has_no_token()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        await using var services = await StartAsync(issuer, "invoices:read");
        using var answer = await issuer.Http.GetAsync(services.Orders);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("invalid_scope", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // Both services and a client that is granted these scopes of the two that Billing has and Orders asks for.
    private static async Task<Services> StartAsync(WatchwordServer issuer, params string[] granted)
    {
        await issuer.JsonAsync("resource", "create", CallerExtensions.Billing, "--scope", "invoices:read", "--scope", "invoices:write");
        var client = await issuer.JsonAsync("client", "create", "orders");
        await issuer.JsonAsync(["grant", "add", "orders", CallerExtensions.Billing, .. granted.SelectMany(s => new[] { "--scope", s })]);
        var keyFile = issuer.Write("orders.key", client.GetProperty("api_key").GetString()!);
        var (billingUrl, ordersUrl) = (new Uri($"http://127.0.0.1:{FreePort.Next()}/"), new Uri($"http://127.0.0.1:{FreePort.Next()}/"));
        var billing = await SampleServices.StartBillingAsync(issuer, billingUrl);
        return new Services(ordersUrl, billing, await SampleServices.StartOrdersAsync(issuer, ordersUrl, billingUrl, keyFile));
    }

    private sealed record Services(Uri Orders, RunningProcess BillingProcess, RunningProcess OrdersProcess) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await OrdersProcess.DisposeAsync();
            await BillingProcess.DisposeAsync();
        }
    }
}
