// A rule over all items: no input costs more than its size allows. These tokens are shaped to be dear to read, and are refused.
using System.Text;

namespace Watchword.Tests.Attacks;

public sealed class ParserCostAttacks
{
    private static readonly Target Target = new();

    public static TheoryData<string> Shapes => [.. Payloads.Keys];

    private static Dictionary<string, string> Payloads => new()
    {
        ["many short names"] = Fill(i => $"\"{i:x}\":1"),
        ["many names with one beginning"] = Fill(i => $"\"abcdefgh{i:x3}\":1"),
        ["many escaped names with one beginning"] = Fill(i => $"\"\\u0061bcdefgh{i:x3}\":1"),
        ["many objects"] = $"{{\"x\":[{string.Join(',', Enumerable.Repeat("{}", 4000))}]}}",
        ["many objects with members"] = $"{{\"x\":[{string.Join(',', Enumerable.Repeat("{\"a\":1}", 1500))}]}}",
        ["one long escaped string"] = $"{{\"x\":\"{string.Concat(Enumerable.Repeat("\\u0061", 2000))}\"}}",
        ["one long number"] = $"{{\"iat\":{new string('9', 12_000)}}}",
    };

    // Names are compared each with each, but of one object only and of at most 512 (JsonObjectReaderTests): that bounds the cost.
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_token_made_to_be_dear_is_refused(string shape)
    {
        var payload = Payloads[shape];
        Assert.InRange(Encoding.UTF8.GetByteCount(payload), 10_000, 12_100);
        var token = TokenForge.Sign(TokenForge.Header("ES256", "ec"), payload, _ => new byte[64]);
        Target.RefusesAnyhow(token);
    }

    private static string Fill(Func<int, string> member)
    {
        var json = new StringBuilder("{");
        for (var i = 0; json.Length < 12_000; i++)
            json.Append(i > 0 ? "," : "").Append(member(i));
        return json.Append('}').ToString();
    }
}
