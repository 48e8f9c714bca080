// Secrets that stand where none should, such as one that was pasted into another setting: named, and never repeated.
using System.Text.RegularExpressions;

namespace Watchword.AspNetCore;

internal static partial class SecretText
{
    /// <summary>The text without what looks like an API key or a shared secret of ours.</summary>
    public static string Mask(string text) => Secret().Replace(text, "$1***");

    [GeneratedRegex("(ww[sk]_)[0-9A-Za-z]+(_[0-9A-Za-z]+)*")]
    private static partial Regex Secret();
}
