// What Billing sends and takes, and where it keeps it. The types are public so that the framework's validation sees them.
using System.ComponentModel.DataAnnotations;

namespace Billing;

/// <summary>Who is calling, as the token says.</summary>
public sealed record Caller(string Client, string Issuer, IReadOnlyList<string> Scopes, DateTimeOffset Expires);

/// <summary>What a caller sends to have an invoice written.</summary>
public sealed record NewInvoice(
    [Required, StringLength(100)] string Customer,
    [Range(0.01, 1_000_000)] decimal Amount);

/// <summary>An invoice that was written.</summary>
public sealed record Invoice(long Number, string Customer, decimal Amount, DateTimeOffset Written);

/// <summary>The last thousand invoices, in memory.</summary>
public sealed class InvoiceBook(TimeProvider clock)
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
