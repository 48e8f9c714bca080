// The query of an admin request: each parameter once, and none that the request does not have.
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Admin;

internal static class AdminQuery
{
    /// <summary>Checks that the query has no other parameters than these.</summary>
    public static void Allow(HttpContext context, params ReadOnlySpan<string> names)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            if (!names.Contains(name)) throw AdminRefusal.Invalid("The query has a parameter that this request does not know.");
            if (values.Count != 1) throw AdminRefusal.Invalid($"The parameter {name} is there more than once.");
        }
    }

    public static string? Optional(HttpContext context, string name) =>
        context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;

    public static string Required(HttpContext context, string name) =>
        Optional(context, name) ?? throw AdminRefusal.Invalid($"The query parameter {name} is missing.");

    public static TimeSpan? OptionalSeconds(HttpContext context, string name)
    {
        if (Optional(context, name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw AdminRefusal.Invalid($"The query parameter {name} must be a positive whole number of seconds, at most {int.MaxValue}.");
    }
}
