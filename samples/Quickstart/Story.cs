// The story the quickstart tells: five steps, told twice, and three refusals. Whatever is not as it should be ends it.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Quickstart;

internal sealed class Story(Stage stage) : IDisposable
{
    private const string Resource = "https://billing";
    private const string ClassicResource = "https://billing-classic";
    private const string OtherResource = "https://shipping";
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new();

    public string BillingUrl { get; private set; } = "";

    public string OrdersUrl { get; private set; } = "";

    public async Task TellAsync()
    {
        await stage.StartIssuerAsync();
        Console.WriteLine($"""
            An issuer is up at {stage.IssuerUrl}. Orders is going to call Billing, which trusts this issuer.

            === With the issuer's public key (ES256) ===

            1. The issuer is told who there is, and who may ask for what.
            """);
        await stage.AdministerAsync("resource", "create", Resource, "--scope", "invoices:read", "--scope", "invoices:write");
        var client = await stage.AdministerAsync("client", "create", "orders");
        stage.KeepApiKey(client.GetProperty("api_key").GetString()!);
        Console.WriteLine($"     Orders keeps its API key, wwk_{client.GetProperty("credential_id").GetString()}_..., which is shown once.");
        await stage.AdministerAsync("grant", "add", "orders", Resource, "--scope", "invoices:read", "--scope", "invoices:write");

        var billing = await stage.StartBillingAsync("Billing", Resource, []);
        var orders = await stage.StartOrdersAsync("Orders", billing.Url, Resource);
        (BillingUrl, OrdersUrl) = (billing.Url, orders.Url);
        var token = await TellStepsAsync(Resource, orders, "the public key that the issuer publishes");

        Console.WriteLine("""

            === In the classic form, with a secret shared between issuer and Billing (HS256) ===

            1. The issuer makes a secret for the resource, which only it and Billing know. These tokens live for ten seconds.
            """);
        var classic = await stage.AdministerAsync("resource", "create", ClassicResource, "--scope", "invoices:read", "--scope", "invoices:write", "--algorithm", "HS256", "--lifetime", "10s");
        await stage.AdministerAsync("grant", "add", "orders", ClassicResource, "--scope", "invoices:read", "--scope", "invoices:write");
        var classicBilling = await stage.StartBillingAsync("Billing (classic)", ClassicResource, new()
        {
            ["Authentication__Schemes__Watchword__SharedSecret"] = classic.GetProperty("shared_secret").GetString()!,
            ["Authentication__Schemes__Watchword__Leeway"] = "00:00:00",
        });
        var classicOrders = await stage.StartOrdersAsync("Orders (classic)", classicBilling.Url, ClassicResource);
        var brief = await TellStepsAsync(ClassicResource, classicOrders, "the secret it shares with the issuer, without asking anybody");
        var over = TimeProvider.System.GetTimestamp();

        await TellRefusalsAsync(billing, classicBilling, token, brief, over);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> TellStepsAsync(string resource, Service orders, string verifiedBy)
    {
        Console.WriteLine("2. Orders proves who it is with its API key, and the issuer signs a token for it:");
        var token = await stage.RequestTokenAsync(resource);
        var parts = token.Split('.');
        Console.WriteLine(Indented(Decode(parts[0])));
        Console.WriteLine(Indented(Decode(parts[1])));
        Console.WriteLine($"     ...and a signature of {parts[2].Length} characters, which is left out here.");
        Console.WriteLine($"3. Orders calls Billing with a token of its own: GET {orders.Url}/");
        var answer = await GetAsync(orders.Url, null);
        Expect(answer.Status == HttpStatusCode.OK, $"Orders answered {(int)answer.Status}: {answer.Body}");
        Console.WriteLine($"4. Billing verifies the token by {verifiedBy}.");
        Console.WriteLine("5. Billing knows who is calling and what they may do, and writes the invoice:");
        Console.WriteLine(Indented(answer.Body));
        Expect(JsonDocument.Parse(answer.Body).RootElement.GetProperty("billingSees").GetProperty("client").GetString() == "orders", "Billing did not see Orders.");
        return token;
    }

    private async Task TellRefusalsAsync(Service billing, Service classicBilling, string token, string brief, long since)
    {
        Console.WriteLine("""

            === What is refused ===

            """);
        await TellRefusalAsync("A token somebody has changed", billing, Tampered(token), "bad_signature");
        await stage.AdministerAsync("resource", "create", OtherResource, "--scope", "parcels:send");
        await stage.AdministerAsync("grant", "add", "orders", OtherResource, "--scope", "parcels:send");
        await TellRefusalAsync("A token meant for another service", billing, await stage.RequestTokenAsync(OtherResource), "wrong_audience");
        var left = ShortLife + TimeSpan.FromSeconds(1) - TimeProvider.System.GetElapsedTime(since);
        if (left > TimeSpan.Zero)
        {
            Console.WriteLine($"   (waiting {left.TotalSeconds:0} s for the short-lived token to expire)");
            await Task.Delay(left, TimeProvider.System);
        }
        await TellRefusalAsync("A token whose time is over", classicBilling, brief, "expired");
    }

    private async Task TellRefusalAsync(string what, Service billing, string token, string code)
    {
        var answer = await GetAsync(billing.Url, token);
        Console.WriteLine($"   {what}: {(int)answer.Status}, {answer.Challenge}");
        Expect(answer.Status == HttpStatusCode.Unauthorized, $"Billing answered {(int)answer.Status}, not 401.");
        Expect(answer.Challenge.Contains($"\"{code}:", StringComparison.Ordinal), $"Billing did not say {code}.");
    }

    private async Task<(HttpStatusCode Status, string Challenge, string Body)> GetAsync(string url, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{url}/"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), await answer.Content.ReadAsStringAsync());
    }

    // What a thief would try: the same token, with another name in it.
    private static string Tampered(string token)
    {
        var parts = token.Split('.');
        var claims = Decode(parts[1]).Replace("\"orders\"", "\"payroll\"", StringComparison.Ordinal);
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{parts[0]}.{text}.{parts[2]}";
    }

    private static string Decode(string part) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(part));

    private static string Indented(string json) =>
        string.Join(Environment.NewLine, JsonNode.Parse(json)!.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Split('\n').Select(line => $"     {line.TrimEnd()}"));

    private static void Expect(bool isTrue, string otherwise)
    {
        if (!isTrue)
            throw new UnexpectedException(otherwise);
    }
}
