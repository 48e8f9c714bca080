// Texts out of tokens, made fit to be shown: printable ASCII, bounded, and what looks like another letter made visible.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Watchword.AspNetCore.Explanations;

internal static class PlainText
{
    private const int Longest = 200;
    private static readonly SearchValues<char> ShellWord = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-");

    /// <summary>A text as a word of a command that somebody may copy: itself only if no shell finds anything in it.</summary>
    public static string Word(string text, string placeholder) =>
        text is [not '-', ..] && text.Length <= Longest && !text.AsSpan().ContainsAnyExcept(ShellWord) ? text : placeholder;

    /// <summary>The text with every other character as its number, cut after 200 characters.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder();
        foreach (var one in text)
        {
            if (plain.Length >= Longest)
                return plain.Append("...").ToString();
            if (one is >= ' ' and <= '~')
                plain.Append(one);
            else
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}");
        }
        return plain.ToString();
    }

    /// <summary>How two texts that look alike differ, as a sentence to follow another; null where they do not look alike.</summary>
    public static string? Difference(string expected, string got) =>
        got == expected ? null
        : got.TrimEnd('/') == expected.TrimEnd('/') ? "They differ in a slash at the end, and that counts."
        : string.Equals(got, expected, StringComparison.OrdinalIgnoreCase) ? "They differ in upper and lower case, and that counts."
        : got.Trim() == expected ? "They differ in white space, and that counts."
        : got.Split("://")[^1].TrimEnd('/') == expected.Split("://")[^1].TrimEnd('/') ? "They differ in http and https, and that counts."
        : null;
}
