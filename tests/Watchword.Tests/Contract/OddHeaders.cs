// Headers with one thing odd about them.
namespace Watchword.Tests.Contract;

internal static class OddHeaders
{
    public static IEnumerable<KeyValuePair<string, Action<Draft>>> All =>
    [
        With("alg none", "alg", "\"none\""),
        With("alg in lower case", "alg", "\"es256\""),
        With("alg of another key", "alg", "\"PS256\""),
        With("alg spelt with an escape", draft => draft.HeaderText = text => text.Replace("\"alg\":\"", "\"\\u0061lg\":\"", StringComparison.Ordinal)),
        With("no alg", "alg", null),
        With("alg null", "alg", "null"),
        With("no kid", "kid", null),
        With("kid unknown", "kid", "\"nobody\""),
        With("kid empty", "kid", "\"\""),
        With("kid null", "kid", "null"),
        With("kid a number", "kid", "7"),
        With("kid of another key", draft => draft.SetHeader("kid", draft.Header.Contains(("kid", "\"ec\"")) ? "\"rsa\"" : "\"ec\"")),
        With("kid with a space before it", draft => draft.HeaderText = text => text.Replace("\"kid\":\"", "\"kid\":\"\\u0020", StringComparison.Ordinal)),
        With("no typ", "typ", null),
        With("typ JWT", "typ", "\"JWT\""),
        With("typ in upper case", "typ", "\"AT+JWT\""),
        With("typ application/at+jwt", "typ", "\"application/at+jwt\""),
        With("typ application/at+jwt in upper case", "typ", "\"APPLICATION/AT+JWT\""),
        With("typ a number", "typ", "7"),
        With("crit empty", "crit", "[]"),
        With("crit of a member that is there", draft => { draft.SetHeader("crit", "[\"x\"]"); draft.SetHeader("x", "1"); }),
        With("crit of a member that is absent", "crit", "[\"x\"]"),
        With("crit of exp", draft => { draft.SetHeader("crit", "[\"exp\"]"); draft.SetHeader("exp", "1"); }),
        With("crit a string", "crit", "\"x\""),
        With("crit null", "crit", "null"),
        With("crit of b64, true", draft => { draft.SetHeader("crit", "[\"b64\"]"); draft.SetHeader("b64", "true"); }),
        With("b64 false without crit", "b64", "false"),
        With("b64 true without crit", "b64", "true"),
        With("zip", "zip", "\"DEF\""),
        With("cty JWT", "cty", "\"JWT\""),
        With("jwk in the header", "jwk", """{"kty":"oct","k":"AAAA"}"""),
        With("jku in the header", "jku", "\"https://evil.example/keys\""),
        With("x5c in the header", "x5c", "[\"AAAA\"]"),
        With("a header member twice, alike", draft => draft.HeaderText = text => text[..^1] + ",\"x\":1,\"x\":1}"),
        With("typ twice", draft => draft.HeaderText = text => text[..^1] + ",\"typ\":\"at+jwt\"}"),
        With("white space in the header", draft => draft.HeaderText = text => text.Replace(",", " ,\n\t", StringComparison.Ordinal)),
        With("a mark before the header", draft => draft.HeaderText = text => "\ufeff" + text),
        With("text after the header", draft => draft.HeaderText = text => text + "{}"),
        With("a comma too many in the header", draft => draft.HeaderText = text => text[..^1] + ",}"),
        With("a comment in the header", draft => draft.HeaderText = text => text[..^1] + "/**/}"),
        With("half of a pair in the header", "x", "\"\\ud800\""),
        With("the header an array", draft => draft.HeaderText = text => $"[{text}]"),
        With("a header of 5,000 characters", "x", $"\"{new string('x', 5000)}\""),
    ];

    private static KeyValuePair<string, Action<Draft>> With(string what, string name, string? json) => new(what, draft => draft.SetHeader(name, json));

    private static KeyValuePair<string, Action<Draft>> With(string what, Action<Draft> change) => new(what, change);
}
