// Orders, a calling service: it asks Billing, and every request it sends there carries a token that the client library keeps fresh.
using Watchword.Client;

var builder = WebApplication.CreateBuilder(args);
var billing = builder.Configuration.GetSection("Billing");
builder.Services
    .AddHttpClient<BillingClient>(http => http.BaseAddress = new Uri(billing["Url"]!))
    .AddWatchwordToken(resource: billing["Resource"]!, scope: billing["Scope"]); // who we are: section Watchword in appsettings.json

var app = builder.Build();

// The one endpoint: writes an invoice at Billing, and tells what Billing knows of us.
app.MapGet("/", async (BillingClient client, CancellationToken cancellation) =>
{
    try
    {
        return Results.Ok(await client.WriteInvoiceAsync(cancellation));
    }
    catch (TokenUnavailableException refused)
    {
        return Results.Problem(refused.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
    catch (HttpRequestException refused)
    {
        return Results.Problem($"Billing did not do what was asked: {refused.Message}", statusCode: StatusCodes.Status502BadGateway);
    }
});

app.Run();

/// <summary>What Orders asks of Billing. It is an ordinary typed client; nothing in it knows of tokens.</summary>
internal sealed class BillingClient(HttpClient http)
{
    public async Task<Answer> WriteInvoiceAsync(CancellationToken cancellation)
    {
        var caller = await http.GetFromJsonAsync<Caller>("/", cancellation);
        using var written = await http.PostAsJsonAsync("/invoices", new { customer = "Ada", amount = 12.50 }, cancellation);
        written.EnsureSuccessStatusCode();
        return new Answer(caller!, await written.Content.ReadFromJsonAsync<Invoice>(cancellation));
    }
}

/// <summary>Who Billing says is calling.</summary>
internal sealed record Caller(string Client, string Issuer, string[] Scopes, DateTimeOffset Expires);

/// <summary>The invoice Billing wrote.</summary>
internal sealed record Invoice(long Number, string Customer, decimal Amount);

/// <summary>What Orders answers.</summary>
internal sealed record Answer(Caller BillingSees, Invoice? Wrote);
