// What an unknown caller sent as its id, made fit for a log: short, plain, and never a secret that was sent in the wrong place.
using System.Buffers;

namespace Watchword.Issuer.Usage;

internal static class PresentedId
{
    private const int Longest = 64;
    private static readonly SearchValues<string> Prefixes = SearchValues.Create(["wwk_", "wws_"], StringComparison.OrdinalIgnoreCase);

    // The prefix and the identifier of an API key or a shared secret; the secret comes after them.
    private const int NotSecret = 20;

    /// <summary>Printable ASCII, at most 64 characters and three dots.</summary>
    public static string ForLog(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "(none)";
        var secret = text.AsSpan().IndexOfAny(Prefixes);
        var kept = Math.Min(secret >= 0 ? Math.Min(secret + NotSecret, Longest) : Longest, text.Length);
        return string.Create(kept, text, static (plain, source) =>
        {
            for (var i = 0; i < plain.Length; i++)
                plain[i] = source[i] is >= ' ' and <= '~' and not ('\'' or '"' or '\\') ? source[i] : '?';
        }) + (kept < text.Length ? "..." : "");
    }
}
