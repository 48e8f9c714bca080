// Claims with one thing odd about them.
using System.Text;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Contract;

internal static class OddClaims
{
    public static IEnumerable<KeyValuePair<string, Action<Draft>>> All(long now) => [.. Times(now), .. Names, .. Texts];

    private static IEnumerable<KeyValuePair<string, Action<Draft>>> Times(long now) =>
    [
        With("no exp", "exp", null),
        With("exp null", "exp", "null"),
        With("exp a string", "exp", $"\"{now + 3600}\""),
        With("exp with a fraction", "exp", $"{now + 3600}.5"),
        With("exp with an exponent", "exp", $"{(now + 3600) / 10}.{(now + 3600) % 10}e1"),
        With("exp 1e400", "exp", "1e400"),
        With("exp of 300 digits", "exp", new string('9', 300)),
        With("exp after the year 9999", "exp", "253402300800"),
        With("exp zero", "exp", "0"),
        With("exp negative", "exp", "-1"),
        With("exp past", "exp", $"{now - 120}"),
        With("exp true", "exp", "true"),
        With("nbf to come", "nbf", $"{now + 3600}"),
        With("nbf past", "nbf", $"{now - 120}"),
        With("nbf null", "nbf", "null"),
        With("nbf a string", "nbf", $"\"{now - 120}\""),
        With("nbf a string, to come", "nbf", $"\"{now + 3600}\""),
        With("nbf 1e400", "nbf", "1e400"),
        With("no iat", "iat", null),
        With("iat null", "iat", "null"),
        With("iat a string", "iat", $"\"{now - 120}\""),
        With("iat with a fraction", "iat", $"{now - 120}.5"),
        With("iat to come", "iat", $"{now + 50}"),
        With("iat 1e400", "iat", "1e400"),
        With("a life of two days", "exp", $"{now + 172_800}"),
    ];

    private static IEnumerable<KeyValuePair<string, Action<Draft>>> Names =>
    [
        With("no iss", "iss", null),
        With("iss with a slash", "iss", $"\"{TokenForge.Issuer}/\""),
        With("iss in upper case", "iss", $"\"{TokenForge.Issuer.ToUpperInvariant()}\""),
        With("iss an array", "iss", $"[\"{TokenForge.Issuer}\"]"),
        With("iss null", "iss", "null"),
        With("no aud", "aud", null),
        With("aud an array", "aud", $"[\"https://orders\",\"{TokenForge.Audience}\"]"),
        With("aud an array of others", "aud", "[\"https://orders\"]"),
        With("aud an empty array", "aud", "[]"),
        With("aud an array with a number", "aud", $"[\"{TokenForge.Audience}\",1]"),
        With("aud an array in an array", "aud", $"[[\"{TokenForge.Audience}\"]]"),
        With("aud with a slash", "aud", $"\"{TokenForge.Audience}/\""),
        With("aud in upper case", "aud", $"\"{TokenForge.Audience.ToUpperInvariant()}\""),
        With("aud a number", "aud", "1"),
        With("aud empty", "aud", "\"\""),
        .. new[] { "sub", "client_id", "jti" }.SelectMany(name => new[]
        {
            With($"no {name}", name, null), With($"{name} empty", name, "\"\""), With($"{name} a number", name, "7"), With($"{name} null", name, "null"),
        }),
        With("no scope", "scope", null),
        With("scope an array", "scope", "[\"invoices:read\"]"),
        With("scope empty", "scope", "\"\""),
        With("scope with two spaces", "scope", "\"a  b\""),
        With("scope not ASCII", "scope", "\"\u00e9\""),
    ];

    private static IEnumerable<KeyValuePair<string, Action<Draft>>> Texts =>
    [
        With("a claim twice, alike", draft => draft.Claims.Add(("client_id", "\"orders\""))),
        With("a claim twice, otherwise", draft => draft.Claims.Add(("client_id", "\"admin\""))),
        With("an unknown claim twice", draft => { draft.Claims.Add(("x", "1")); draft.Claims.Add(("x", "2")); }),
        With("a claim twice in an object", "x", "{\"a\":1,\"a\":2}"),
        With("exp spelt with an escape", draft => Replace(draft, "\"exp\"", "\"\\u0065xp\"")),
        With("EXP", draft => Replace(draft, "\"exp\"", "\"EXP\"")),
        With("AUD", draft => Replace(draft, "\"aud\"", "\"AUD\"")),
        With("white space in the claims", draft => Replace(draft, ",", "\r\n , ")),
        With("a mark before the claims", draft => Change(draft, text => "\ufeff" + text)),
        With("text after the claims", draft => Change(draft, text => text + "{}")),
        With("a comma too many in the claims", draft => Change(draft, text => text[..^1] + ",}")),
        With("a comment in the claims", draft => Change(draft, text => text[..^1] + "/**/}")),
        With("single quotes", draft => Replace(draft, "\"scope\"", "'scope'")),
        With("the claims an array", draft => Change(draft, text => $"[{text}]")),
        With("the claims no JSON", draft => Change(draft, _ => "claims")),
        With("no claims at all", draft => Change(draft, _ => "")),
        With("half of a pair in the claims", "x", "\"\\ud800\""),
        With("NUL in a text", "x", "\"\\u0000\""),
        With("a byte that is not UTF-8", draft => draft.ClaimsBytes = text => [.. Encoding.UTF8.GetBytes(text[..^1] + ",\"x\":\""), 0xff, .. "\"}"u8]),
        With("arrays 60 deep", "x", new string('[', 60) + new string(']', 60)),
        With("arrays 100 deep", "x", new string('[', 100) + new string(']', 100)),
        With("600 members", "x", $"{{{string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"{i}\":1"))}}}"),
        With("letters of many alphabets", "x", "\"\u00e9\u4e16\\ud83d\\ude00\""),
    ];

    private static void Replace(Draft draft, string text, string with) => Change(draft, json => json.Replace(text, with, StringComparison.Ordinal));

    private static void Change(Draft draft, Func<string, string> change) => draft.ClaimsBytes = text => Encoding.UTF8.GetBytes(change(text));

    private static KeyValuePair<string, Action<Draft>> With(string what, string name, string? json) => new(what, draft => draft.SetClaim(name, json));

    private static KeyValuePair<string, Action<Draft>> With(string what, Action<Draft> change) => new(what, change);
}
