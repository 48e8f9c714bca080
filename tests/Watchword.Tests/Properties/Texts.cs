// Texts for properties: what people write, and what nobody would.
using System.Globalization;
using System.Text;
using CsCheck;

namespace Watchword.Tests.Properties;

internal static class Texts
{
    private static readonly Gen<Rune> Runes = Gen.OneOf(Gen.Int[0x20, 0x7e], Gen.Int[0, 0xd7ff], Gen.Int[0xe000, 0x10ffff]).Select(code => new Rune(code));

    /// <summary>Not empty, no half of a surrogate pair; anything else.</summary>
    public static Gen<string> Any { get; } = Runes.Array[1, 40].Select(string.Concat);

    public static Gen<string> ScopeToken { get; } = Gen.Int[0x21, 0x7e].Where(code => code is not ('"' or '\\')).Select(code => (char)code).Array[1, 12].Select(characters => new string(characters));

    /// <summary>A JSON text, strict or nearly so: some members stand twice, some escapes are halves of pairs, some bytes are others.</summary>
    public static Gen<byte[]> Json { get; } =
        from members in Gen.Select(Name, Value(3)).Array[0, 8]
        from spoilt in Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Bool).Array[0, 2]
        select Spoil(Encoding.UTF8.GetBytes(Object(members)), spoilt);

    private static Gen<string> Name => Gen.OneOf(
        Gen.Int[0, 60].Select(i => $"\"n{i}\""),
        Gen.OneOf("\"a\"", "\"\\u0061\"", "\"b\"", "\"\"", "\"longer name\"", "\"longer\\u0020name\"", "\"\\ud83d\\ude00\"", "\"\U0001f600\"", "\"\u00e9\"", "\"\\u00e9\""));

    private static Gen<string> Scalar => Gen.OneOf(
        Gen.OneOf("null", "true", "false", "0", "-0", "1e5", "1E-7", "1.50", "-12.5e+3", "1e400", "01", "\"\\ud800\"", "\"\\u0000\"", "NaN", "\" \\t\\n\""),
        Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Double.Select(number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "0"),
        Any.Select(text => System.Text.Json.JsonSerializer.Serialize(text)));

    private static Gen<string> Value(int depth) => depth == 0 ? Scalar : Gen.OneOf(
        Scalar,
        Gen.Select(Name, Value(depth - 1)).Array[0, 4].Select(Object),
        Value(depth - 1).Array[0, 4].Select(values => $"[{string.Join(" ,", values)}]"),
        Gen.Int[1, 70].Select(nested => new string('[', nested) + new string(']', nested)),
        Gen.Int[505, 520].Select(many => $"{{{string.Join(',', Enumerable.Range(0, many).Select(i => $"\"m{i}\":0"))}}}"));

    private static string Object((string Name, string Value)[] members) => $"{{{string.Join(",\n", members.Select(member => $"{member.Name} : {member.Value}"))}}}";

    private static byte[] Spoil(byte[] json, (int Place, byte Value, bool Insert)[] changes)
    {
        foreach (var (place, value, insert) in changes)
        {
            var at = place % json.Length;
            json = insert ? [.. json[..at], value, .. json[at..]] : [.. json[..at], value, .. json[(at + 1)..]];
        }
        return json;
    }
}
