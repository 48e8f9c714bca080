// The shop: which services there are, what each offers to whom, and what each calls.
namespace Mesh;

/// <summary>Something a service does for whoever has the scope; for one service alone where that is named.</summary>
internal sealed record Offer(string Method, string Path, string Scope, string? OnlyFor = null);

/// <summary>A call that a service makes as part of its work.</summary>
internal sealed record Call(string Callee, string Method, string Path, string Scope)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>One service.</summary>
internal sealed record Plan(string Name, Offer[] Offers, Call[] Calls)
{
    /// <summary>The five that the fleet consists of.</summary>
    public static readonly Plan[] Shop =
    [
        new("storefront",
            Offers: [new("POST", "/notices", "notices:write", OnlyFor: "shipping")],
            Calls: [new("orders", "POST", "/orders", "orders:write"), new("stock", "GET", "/shelves", "stock:read")]),
        new("orders",
            Offers: [new("GET", "/orders", "orders:read"), new("POST", "/orders", "orders:write")],
            Calls: [new("billing", "POST", "/invoices", "invoices:write"), new("stock", "POST", "/shelves", "stock:write")]),
        new("billing",
            Offers: [new("POST", "/invoices", "invoices:write", OnlyFor: "orders")],
            Calls: [new("shipping", "POST", "/parcels", "parcels:send")]),
        new("shipping",
            Offers: [new("POST", "/parcels", "parcels:send", OnlyFor: "billing")],
            Calls: [new("stock", "GET", "/shelves", "stock:read"), new("storefront", "POST", "/notices", "notices:write")]),
        new("stock",
            Offers: [new("GET", "/shelves", "stock:read"), new("POST", "/shelves", "stock:write")],
            Calls: [new("orders", "GET", "/orders", "orders:read")]),
    ];

    /// <summary>One that nobody has put into the bundle. It has an identity all the same: whoever likes can make one.</summary>
    public static readonly Plan Stranger = new("coupons", [], [new("orders", "GET", "/orders", "orders:read")]);

    /// <summary>The scopes that its calls need, and that the bundle therefore lets it claim.</summary>
    public string[] Scopes => [.. Calls.Select(call => call.Scope).Distinct()];
}
