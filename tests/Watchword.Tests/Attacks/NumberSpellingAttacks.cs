// SECURITY.md item 10: every spelling of a number as a time. JSON's grammar decides what is a number, the calendar which are times.
using System.Globalization;

namespace Watchword.Tests.Attacks;

public sealed class NumberSpellingAttacks
{
    private static readonly Target Target = new(TokenForge.EcKey);
    private static readonly string[] Claims = ["exp", "iat", "nbf"];

    public static TheoryData<string, string> Good => EachClaim(claim => Spellings(Usual(claim)));

    public static TheoryData<string, string> NotJson => EachClaim(claim => Misspellings(Usual(claim)));

    public static TheoryData<string, string> NoTime => EachClaim(claim => NoTimes(Usual(claim)));

    [Theory]
    [MemberData(nameof(Good))]
    public void A_time_in_any_spelling_of_JSON_is_that_time(string claim, string json)
    {
        var token = Target.Accepts(Token(claim, json));
        var read = claim switch { "exp" => token.ExpiresAt, "iat" => token.IssuedAt, _ => token.NotBefore!.Value };
        Assert.Equal(Usual(claim), read.ToUnixTimeSeconds());
    }

    [Theory]
    [MemberData(nameof(NotJson))]
    public void What_JSON_does_not_call_a_number_is_malformed(string claim, string json) => Target.Refuses(RejectionCode.Malformed, Token(claim, json));

    [Theory]
    [MemberData(nameof(NoTime))]
    public void What_no_calendar_has_is_no_time(string claim, string json) =>
        Assert.Equal(claim, Target.Refuses(RejectionCode.MalformedClaim, Token(claim, json)).Claim);

    private static long Usual(string claim) => TokenForge.Seconds(claim == "exp" ? 300 : -10);

    private static string Token(string claim, string json) => TokenForge.ES256(claims: TokenForge.Claims((claim, json)));

    private static IEnumerable<string> Spellings(long seconds)
    {
        var text = $"{seconds}";
        foreach (var exponent in new[] { "e0", "E0", "e+0", "E-0", "e00", "e+000000" })
            yield return text + exponent;
        foreach (var zeros in new[] { 1, 2, 17, 400, 4000 })
            yield return $"{text}.{new string('0', zeros)}";
        for (var point = 1; point < text.Length; point++)
        {
            yield return $"{text[..point]}.{text[point..]}e{text.Length - point}";
            yield return $"{text[..point]}.{text[point..]}E+0{text.Length - point}";
        }
        yield return $"{text}{new string('0', 300)}e-300";
        yield return $"0.{new string('0', 300)}{text}e{300 + text.Length}";
        yield return $"{text}.4999";
    }

    private static IEnumerable<string> Misspellings(long seconds)
    {
        var text = $"{seconds}";
        foreach (var before in new[] { "+", "0", "00", "-0", "--", ".", "0x", "0o", "0b1", "_", "$", "e", "'", "\u0661", "\uff11", "/**/" })
            yield return before + text;
        foreach (var after in new[] { ".", "e", "E+", "e-", "e1.0", ".e0", "..0", ".0.0", "n", "L", "f", "d", "_000", ",000", " 000", "%", "'", ";", "\u0660", "/**/" })
            yield return text + after;
        foreach (var word in new[] { "NaN", "nan", "Infinity", "-Infinity", "inf", "undefined", "None", "TRUE", "Null", "-", "", "()", "new Date()" })
            yield return word;
    }

    private static IEnumerable<string> NoTimes(long seconds)
    {
        var text = $"{seconds}";
        foreach (var sign in new[] { "", "-" })
        {
            foreach (var digits in new[] { 13, 19, 20, 39, 300, 3000 })
                yield return sign + new string('9', digits);
            foreach (var exponent in new[] { 12, 100, 308, 309, 400, int.MaxValue, long.MaxValue })
                yield return $"{sign}1e{exponent}";
            yield return $"{sign}1E+{new string('9', 300)}";
        }
        foreach (var edge in new[] { "253402300799.001", "253402300800", "-62135596801", "-62135596800.1", "9223372036854775807", "18446744073709551616", "1.7976931348623157e308" })
            yield return edge;
        foreach (var other in new[] { $"\"{text}\"", "\"\"", "\" \"", $"[{text}]", "[]", "{}", $"{{\"{text}\":{text}}}", "null", "true", "false", $"\"{DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("O", CultureInfo.InvariantCulture)}\"" })
            yield return other;
    }

    private static TheoryData<string, string> EachClaim(Func<string, IEnumerable<string>> values)
    {
        var data = new TheoryData<string, string>();
        foreach (var claim in Claims)
        {
            foreach (var value in values(claim))
                data.Add(claim, value);
        }
        return data;
    }
}
