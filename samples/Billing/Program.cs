// Billing, a called service: it lets in whoever holds a token for it, and shows its invoices to those whose token says so.
using Billing;
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

// With this setting, a private key's file, tokens may be encrypted; the issuer finds the public key here.
if (app.Configuration.GetSection("Authentication:Schemes:Watchword:DecryptionKeyFiles").Exists())
    app.MapWatchwordKeys();

app.Run();
