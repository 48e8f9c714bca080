// Services that issue for themselves call each other, by what a trust bundle says of them, and nobody stands between them.
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

public sealed class SelfIssuedCallTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly string _orders = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _billing = $"http://127.0.0.1:{FreePort.Next()}";

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("jwks")]
    [InlineData("jwks_uri")]
    [InlineData("metadata")]
    public async Task Two_services_call_each_other_wherever_the_bundle_has_their_keys_from(string source)
    {
        Write(1, Entry(_orders, source), Entry(_billing, source));
        await using var orders = await StartAsync(_orders, peer: _billing);
        await using var billing = await StartAsync(_billing, peer: _orders);
        Assert.Equal((HttpStatusCode.OK, _orders), await orders.CallAsync());
        Assert.Equal((HttpStatusCode.OK, _billing), await billing.CallAsync());
    }

    [Fact]
    public async Task A_service_that_is_not_in_the_bundle_or_claims_too_much_is_refused()
    {
        Write(1, Entry(_orders));
        await using var orders = await StartAsync(_orders, peer: _billing);
        await using var billing = await StartAsync(_billing, peer: _orders);
        await RefusedAsync(orders, RejectionCode.UnknownIssuer, billing.CallAsync());
        Assert.Equal(HttpStatusCode.OK, (await orders.CallAsync()).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await orders.CallAsync(client: "greedy")).Status);
        Assert.Contains("invoices:write", billing.Log.Of("TokenRefused").Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_is_taken_out_of_the_file_is_refused_within_the_next_look()
    {
        Write(1, Entry(_orders));
        await using var orders = await StartAsync(_orders, peer: _billing);
        await using var billing = await StartAsync(_billing, peer: _orders);
        Assert.Equal(HttpStatusCode.OK, (await orders.CallAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await orders.CallAsync()).Status);
        Write(2);
        await FetchingTarget.UntilAsync(() => billing.Log.Of("BundleTaken").Count() == 2, () => _clock.Advance(TimeSpan.FromSeconds(1)));
        await RefusedAsync(billing, RejectionCode.UnknownIssuer, orders.CallAsync());
    }

    [Fact]
    public async Task A_central_issuer_and_self_issuing_services_go_through_one_gate()
    {
        await using var central = await IssuerDouble.StartedAsync();
        Write(1, Entry(_orders));
        await using var orders = await StartAsync(_orders, peer: _billing);
        await using var billing = await StartAsync(_billing, peer: _orders, central.Url);
        Assert.Equal((HttpStatusCode.OK, _orders), await orders.CallAsync());
        Assert.Equal((HttpStatusCode.OK, "orders"), await AskAsync("/invoices", Token(central)));
        // A bare name is a client of the central issuer.
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("/closing", Token(central))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await orders.CallAsync("/closing")).Status);
        // And neither speaks for the other.
        await RefusedAsync(billing, RejectionCode.UnknownKey, AskAsync("/invoices", Token(central, issuer: _orders)));
    }

    private static async Task RefusedAsync(SelfIssuingService service, string code, Task<(HttpStatusCode Status, string Body)> call)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await call).Status);
        Assert.Contains($" {code} ", service.Log.Of("TokenRefused").Last().Text, StringComparison.Ordinal);
    }

    // By the time of the services, which stands still.
    private string Token(IssuerDouble central, string? issuer = null) =>
        central.Token(audience: _billing, issuer: issuer, age: TimeProvider.System.GetUtcNow() - _clock.GetUtcNow());

    private Task<SelfIssuingService> StartAsync(string url, string peer, string? central = null) =>
        SelfIssuingService.StartAsync(url, KeyFile(url), _temp.File("bundle.json"), peer, _clock, central);

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string path, string token)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, _billing + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private TrustEntry Entry(string url, string source = "jwks") => new()
    {
        Issuer = url,
        Keys = source == "jwks" ? SelfIssuingService.MakeKeys(url, KeyFile(url)) : null,
        JwksUri = source == "jwks_uri" ? $"{url}/.well-known/jwks.json" : null,
        Scopes = ["invoices:read"],
    };

    private string KeyFile(string url) => _temp.File($"{new Uri(url).Port}.json");

    private void Write(long serial, params TrustEntry[] entries)
    {
        File.WriteAllBytes(_temp.File("next"), new TrustBundle(serial, TimeProvider.System.GetUtcNow().AddDays(1), entries).ToJson());
        File.Move(_temp.File("next"), _temp.File("bundle.json"), overwrite: true);
    }
}
