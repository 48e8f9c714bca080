// SECURITY.md item 1: "none" in every spelling, at every place in the header, with every signature that might pass for none.
using System.Security.Cryptography;

namespace Watchword.Tests.Attacks;

public sealed class NoneAttacks
{
    private static readonly Target Target = new();

    public static TheoryData<string> Spellings => [.. Cases("none").SelectMany(Escapes).Concat(["none ", " none", "none\\u0000", "n\\u00f6ne", "null", "", "NONE\\n", "\\ufeffnone"])];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_token_without_a_signature_is_refused(string alg)
    {
        foreach (var kid in new[] { "", ",\"kid\":\"ec\"", ",\"kid\":\"oct\"", ",\"kid\":\"none\"" })
        {
            foreach (var header in new[] { $$"""{"alg":"{{alg}}","typ":"at+jwt"{{kid}}}""", $$"""{"typ":"at+jwt"{{kid}},"x":{"alg":"ES256"},"alg":"{{alg}}"}""" })
            {
                foreach (var signature in Signatures)
                    Target.Refuses(RejectionCode.UnsupportedAlgorithm, TokenForge.Sign(header, TokenForge.Claims(), signature));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_second_alg_does_not_help(string alg)
    {
        foreach (var header in new[] { $$"""{"alg":"{{alg}}","alg":"ES256","typ":"at+jwt","kid":"ec"}""", $$"""{"alg":"ES256","typ":"at+jwt","kid":"ec","\u0061lg":"{{alg}}"}""" })
            Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(header));
    }

    private static IEnumerable<Func<byte[], byte[]>> Signatures =>
        [_ => [], _ => [0], TokenForge.SignEc, data => HMACSHA256.HashData(Array.Empty<byte>(), data), data => HMACSHA256.HashData(TokenForge.Secret, data), SHA256.HashData];

    private static IEnumerable<string> Cases(string text) => Enumerable.Range(0, 1 << text.Length)
        .Select(bits => string.Concat(text.Select((character, i) => (bits >> i & 1) == 0 ? character : char.ToUpperInvariant(character))));

    private static IEnumerable<string> Escapes(string text) =>
        [text, $"\\u{(int)text[0]:x4}{text[1..]}", string.Concat(text.Select(character => $"\\u{(int)character:X4}"))];
}
