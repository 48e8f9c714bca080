// Traps: what the platform's decoders forgive, and RFC 7515 §2 does not: one signed text must not have a second spelling.
using System.Text;

namespace Watchword.Tests.Attacks;

public sealed class Base64UrlAttacks
{
    private static readonly Target Target = new();

    public static TheoryData<string> Respellings => [.. Changes.Keys];

    private static Dictionary<string, Func<string, string>> Changes => new()
    {
        ["padding =="] = part => part + "==",
        ["padding %3d"] = part => part + "%3d",
        ["carriage return inside"] = part => part.Insert(4, "\r\n"),
        ["full width"] = part => part[..2] + "\uff21" + part[3..],
    };

    [Theory]
    [MemberData(nameof(Respellings))]
    public void A_part_respelt_is_refused(string change)
    {
        var parts = TokenForge.ES256().Split('.');
        Target.Refuses(RejectionCode.Malformed, $"{Changes[change](parts[0])}.{parts[1]}.{parts[2]}");
        Target.Refuses(RejectionCode.Malformed, $"{parts[0]}.{Changes[change](parts[1])}.{parts[2]}");
        var code = Changes[change](parts[2]).All(char.IsAscii) ? RejectionCode.BadSignature : null;
        var signature = $"{parts[0]}.{parts[1]}.{Changes[change](parts[2])}";
        if (code is not null)
            Target.Refuses(code, signature);
        // Signed as it stands: the spelling itself is what is refused.
        foreach (var (header, payload) in new[] { (Changes[change](parts[0]), parts[1]), (parts[0], Changes[change](parts[1])) })
            Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(header, payload, TokenForge.SignEc));
    }

    public static TheoryData<int> Strangers => [.. Enumerable.Range(0, 256).Where(code => !char.IsAsciiLetterOrDigit((char)code) && (char)code is not ('-' or '_' or '.'))];

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_character_outside_the_alphabet_is_refused_wherever_it_stands(int code)
    {
        var parts = TokenForge.ES256().Split('.');
        for (var part = 0; part < 3; part++)
        {
            foreach (var place in new[] { 0, 1, parts[part].Length / 2, parts[part].Length - 1, parts[part].Length })
            {
                var respelt = parts[part].Insert(place, $"{(char)code}");
                var token = string.Join('.', parts.Select((text, i) => i == part ? respelt : text));
                if (code < 0x80)
                    Target.Refuses(part == 2 ? RejectionCode.BadSignature : RejectionCode.Malformed, token);
                else
                    Target.RefusesAnyhow(token);
            }
        }
    }

    [Fact]
    public void Trailing_bits_that_are_not_zero_are_refused()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var token = TokenForge.ES256();
        var last = alphabet.IndexOf(token[^1], StringComparison.Ordinal);
        Assert.Equal(0, last & 0b1111);
        for (var bits = 1; bits < 16; bits++)
            Target.Refuses(RejectionCode.BadSignature, token[..^1] + alphabet[last | bits]);
        foreach (var padding in new[] { "", " ", "  " })
        {
            var payload = TokenForge.Base64Url(TokenForge.Claims() + padding);
            var free = (payload.Length & 3) switch { 2 => 4, 3 => 2, _ => 0 };
            for (var bits = 1; bits < 1 << free; bits++)
            {
                var respelt = payload[..^1] + alphabet[alphabet.IndexOf(payload[^1], StringComparison.Ordinal) | bits];
                Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Base64Url(TokenForge.Header("ES256", "ec")), respelt, TokenForge.SignEc));
            }
        }
    }

    [Fact]
    public void A_lone_last_character_is_refused()
    {
        var header = TokenForge.Base64Url(TokenForge.Header("ES256", "ec"));
        for (var payload = TokenForge.Base64Url(TokenForge.Claims()); ; payload += "A")
        {
            if ((payload.Length & 3) != 1)
                continue;
            Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(header, payload, TokenForge.SignEc));
            break;
        }
    }

    [Fact]
    public void The_header_and_the_payload_in_plain_text_are_refused() =>
        Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Header("ES256", "ec"), TokenForge.Claims(), data => TokenForge.SignEc(Encoding.ASCII.GetBytes("x").Concat(data).ToArray())));
}
