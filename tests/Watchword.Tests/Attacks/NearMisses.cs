// Texts that are almost the exact one: what somebody tries where a comparison is thought to be forgiving.
using System.Text;
using System.Text.Json;

namespace Watchword.Tests.Attacks;

internal static class NearMisses
{
    private static readonly string[] Edges = [" ", "\t", "\n", "\r\n", "\0", "\u00a0", "\u200b", "\ufeff", "\u202e", "/", ".", ",", ";", "*", "%", "\\", "\"", "'", "%20", "%00", "?", "#"];

    // Letters and signs of other alphabets that look the same as those above them.
    private const string Plain = "aceijopsxEStl-/.";
    private const string Alike = "\u0430\u0441\u0435\u0456\u0458\u043e\u0440\u0455\u0445\u0415\u0405\uff54\u217c\u2010\u2215\u2024";

    /// <summary>Each is another text than the exact one, none stands twice.</summary>
    public static IEnumerable<string> Of(string exact) => All(exact).Where(text => text != exact).Distinct();

    /// <summary>The text as a JSON string.</summary>
    public static string Json(string text) => JsonSerializer.Serialize(text);

    private static IEnumerable<string> All(string exact)
    {
        foreach (var edge in Edges)
        {
            yield return exact + edge;
            yield return edge + exact;
        }
        for (var i = 0; i < exact.Length; i++)
        {
            yield return exact.Remove(i, 1);
            yield return exact.Insert(i, $"{exact[i]}");
            yield return Replace(exact, i, $"%{(int)exact[i]:x2}");
            yield return Replace(exact, i, $"{(char)(exact[i] ^ 0x20)}");
            yield return Replace(exact, i, $"{(char)(exact[i] + 0xfee0)}"); // full width
            if (Plain.IndexOf(exact[i], StringComparison.Ordinal) is >= 0 and var at)
                yield return Replace(exact, i, $"{Alike[at]}");
        }
        yield return exact.ToUpperInvariant();
        yield return exact + exact;
        yield return $"{exact} {exact}";
        yield return $"{exact},{exact}";
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(exact));
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(exact));
        yield return string.Concat(exact.Select(character => $"\\u{(int)character:x4}")); // as text, not as an escape
        yield return string.Concat(exact.Reverse());
    }

    private static string Replace(string text, int at, string with) => text[..at] + with + text[(at + 1)..];
}
