// Billing, a called service: it lets in whoever holds a token for it, and shows its invoices to those whose token says so.
using System.ComponentModel.DataAnnotations;
using Watchword.AspNetCore;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 16 * 1024);
builder.Services.AddAuthentication().AddWatchword(); // settings: Authentication:Schemes:Watchword in appsettings.json
builder.Services.AddAuthorization();
builder.Services.AddValidation();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<InvoiceBook>();

var app = builder.Build();

app.MapGet("/", (HttpContext context) =>
{
    var token = context.GetVerifiedJwt()!;
    return new Caller(token.ClientId, token.Issuer, token.Scopes, token.ExpiresAt);
}).RequireAuthorization();

app.MapGet("/invoices", (InvoiceBook book) => book.All)
    .RequireScope("invoices:read");

app.MapPost("/invoices", (NewInvoice invoice, InvoiceBook book) => TypedResults.Created((string?)null, book.Add(invoice)))
    .RequireScope("invoices:write");

app.Run();

/// <summary>Who is calling, as the token says.</summary>
internal sealed record Caller(string Client, string Issuer, IReadOnlyList<string> Scopes, DateTimeOffset Expires);

/// <summary>What a caller sends to have an invoice written.</summary>
internal sealed record NewInvoice(
    [Required, StringLength(100)] string Customer,
    [Range(0.01, 1_000_000)] decimal Amount);

/// <summary>An invoice that was written.</summary>
internal sealed record Invoice(long Number, string Customer, decimal Amount, DateTimeOffset Written);

/// <summary>The last thousand invoices, in memory.</summary>
internal sealed class InvoiceBook(TimeProvider clock)
{
    private const int Pages = 1000;
    private readonly Lock _pen = new();
    private readonly Queue<Invoice> _invoices = [];
    private long _written;

    /// <summary>All invoices, oldest first.</summary>
    public Invoice[] All
    {
        get
        {
            lock (_pen)
                return [.. _invoices];
        }
    }

    /// <summary>Writes an invoice; when the book is full, the oldest makes room.</summary>
    public Invoice Add(NewInvoice invoice)
    {
        lock (_pen)
        {
            var written = new Invoice(++_written, invoice.Customer, invoice.Amount, clock.GetUtcNow());
            if (_invoices.Count == Pages)
                _invoices.Dequeue();
            _invoices.Enqueue(written);
            return written;
        }
    }
}
