// The whole way of trust: registered at a real issuer, published by it, followed by a target beside that issuer, and needed by no request.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Watchword.Tests.Cli;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

public sealed class RegisteredTrustTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private readonly string _orders = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly string _billing = $"http://127.0.0.1:{FreePort.Next()}";
    private WatchwordServer _central = null!;
    private string _centralToken = null!;

    private string Place => _central.Url + "/.well-known/watchword/bundle";

    public async ValueTask InitializeAsync()
    {
        _central = await WatchwordServer.StartAsync();
        // One token has to last for a whole test.
        await _central.JsonAsync("resource", "create", _billing, "--scope", "invoices:read", "--lifetime", "1h");
        var key = (await _central.JsonAsync("client", "create", "reports")).GetProperty("api_key").GetString()!;
        await _central.JsonAsync("grant", "add", "reports", _billing, "--scope", "invoices:read");
        _centralToken = await _central.RequestTokenAsync(new Caller("reports", key, _central.Write("reports.key", key + "\n"), _billing));
    }

    public async ValueTask DisposeAsync()
    {
        await _central.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Central_and_registered_tokens_pass_one_gate_until_the_registration_is_taken_back()
    {
        await _central.JsonAsync("trust", "add", _orders, "--scope", "invoices:read");
        await using var orders = await StartOrdersAsync();
        await using var billing = await StartBillingAsync();
        await BothPassAsync(orders);
        // A bare name is a client of the central issuer, and nobody else's.
        Assert.Equal(HttpStatusCode.Forbidden, (await orders.CallAsync("/closing")).Status);

        await _central.JsonAsync("trust", "remove", _orders);
        await Eventually.IsSoAsync(async () => (await orders.CallAsync()).Status == HttpStatusCode.Unauthorized);
        Assert.Contains(RejectionCode.UnknownIssuer, billing.Log.Of("TokenRefused").Last().Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "reports"), await AskAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_target_goes_on_without_the_issuer_and_over_its_own_restart(bool isEmbedded)
    {
        string[] keys = [];
        if (isEmbedded)
            keys = ["--jwks-file", _temp.Write("orders.jwks", Encoding.UTF8.GetString(SelfIssuingService.MakeKeys(_orders, KeyFile(_orders)).ToJson()))];
        await _central.JsonAsync(["trust", "add", _orders, "--scope", "invoices:read", .. keys]);
        await using var orders = await StartOrdersAsync();
        await using (await StartBillingAsync())
        {
            await BothPassAsync(orders);
            // What is in force is written in the background.
            await FetchingTarget.UntilAsync(() => Kept("*.keys") >= (isEmbedded ? 1 : 2) && Kept("*.bundle") == 1);
            await _central.Process!.KillAsync();
            await BothPassAsync(orders);
        }
        await using var again = await StartBillingAsync();
        await BothPassAsync(orders);
    }

    [Fact]
    public async Task A_target_that_pins_a_key_takes_signed_bundles_alone_and_never_an_older_one()
    {
        var secret = Path.Combine(_central.Home, "pin.jwk");
        var pin = _central.Write("pin-public.jwk", (await _central.RunCliAsync("key", "generate", "--algorithm", "ES256", "--out", secret)).Output);
        await _central.JsonAsync("trust", "add", _orders, "--scope", "invoices:read");
        await using var orders = await StartOrdersAsync();
        await using var billing = await StartBillingAsync(pin);
        await FetchingTarget.UntilAsync(() => billing.Log.Of("BundleNotTaken").Any(line => line.Text.Contains("is not signed", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await orders.CallAsync()).Status);

        await _central.JsonAsync("trust", "publish", await SignAsync(secret, "former"));
        await BothPassAsync(orders);
        var backup = Path.Combine(_central.Home, "former.backup");
        await _central.JsonAsync("backup", backup);

        await _central.JsonAsync("trust", "remove", _orders);
        var stale = await SignAsync(secret, "stale");
        await _central.JsonAsync("trust", "add", "https://other.internal");
        (await _central.RunCliAsync("trust", "publish", stale)).OneSentence(Sentences.Refused, "https://other.internal", "trust export");
        Assert.Equal(HttpStatusCode.OK, (await orders.CallAsync()).Status);
        await _central.JsonAsync("trust", "publish", await SignAsync(secret, "later"));
        await Eventually.IsSoAsync(async () => (await orders.CallAsync()).Status == HttpStatusCode.Unauthorized);

        // What an issuer out of a backup publishes is older than what the target has seen, until somebody signs anew.
        await _central.StopAsync();
        Assert.Equal(0, (await _central.RunCliAsync("restore", backup, "--force")).ExitCode);
        await _central.StartAgainAsync();
        await FetchingTarget.UntilAsync(() => billing.Log.Of("BundleNotTaken").Any(line => line.Text.Contains("an older bundle is never taken", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await orders.CallAsync()).Status);
        Assert.Equal((HttpStatusCode.OK, "reports"), await AskAsync());
        await _central.JsonAsync("trust", "publish", await SignAsync(secret, "anew"));
        await BothPassAsync(orders);
    }

    // Both ends are real: what the target has fetched is in force at some moment after it was published.
    private async Task BothPassAsync(SelfIssuingService orders)
    {
        await Eventually.IsSoAsync(async () => (await orders.CallAsync()).Status == HttpStatusCode.OK);
        await Eventually.IsSoAsync(async () => (await AskAsync()).Status == HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.OK, _orders), await orders.CallAsync());
        Assert.Equal((HttpStatusCode.OK, "reports"), await AskAsync());
    }

    private async Task<string> SignAsync(string secret, string name)
    {
        var draft = _central.Write(name + ".json", (await _central.RunCliAsync("trust", "export")).Output);
        return _central.Write(name + ".jwt", (await _central.RunCliAsync("bundle", "sign", draft, "--key", secret)).Output);
    }

    private Task<SelfIssuingService> StartOrdersAsync()
    {
        var nobody = new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(1), []);
        return SelfIssuingService.StartAsync(
            _orders, KeyFile(_orders), _temp.Write("nobody.json", Encoding.UTF8.GetString(nobody.ToJson())), _billing, TimeProvider.System);
    }

    private Task<SelfIssuingService> StartBillingAsync(string? pin = null) => SelfIssuingService.StartAsync(
        _billing, KeyFile(_billing), Place, _orders, TimeProvider.System, _central.Url, options =>
        {
            options.KeyFolder = _temp.File("kept");
            options.TrustBundleKeyFiles = pin is null ? null : [pin];
            (options.ShortestKeyRefresh, options.KeyRefreshInterval) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        });

    private async Task<(HttpStatusCode Status, string Body)> AskAsync()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, _billing + "/invoices");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _centralToken);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private int Kept(string files) => Directory.GetFiles(_temp.File("kept"), files).Length;

    private string KeyFile(string url) => _temp.File($"{new Uri(url).Port}.json");
}
