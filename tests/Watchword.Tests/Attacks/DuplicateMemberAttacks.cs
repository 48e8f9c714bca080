// Traps: a member twice, so that two readers believe different ones (RFC 8725 §2.4). Each claim, each spelling, each place.
namespace Watchword.Tests.Attacks;

public sealed class DuplicateMemberAttacks
{
    private static readonly Target Target = new(TokenForge.EcKey);

    private static readonly Dictionary<string, string> Values = new()
    {
        ["iss"] = $"\"{TokenForge.Issuer}\"",
        ["sub"] = "\"admin\"",
        ["aud"] = "\"https://orders\"",
        ["client_id"] = "\"admin\"",
        ["iat"] = "0",
        ["exp"] = "99999999999",
        ["jti"] = "\"\"",
        ["scope"] = "\"admin\"",
        ["nbf"] = "0",
        ["cnf"] = "{}",
    };

    public static TheoryData<string, string> Claims => Spelt(Values.Keys);

    public static TheoryData<string, string> HeaderMembers => Spelt(["alg", "typ", "kid", "crit", "b64", "jwk"]);

    [Theory]
    [MemberData(nameof(Claims))]
    public void A_claim_twice_is_malformed(string claim, string spelt)
    {
        var good = TokenForge.Claims((claim, Values[claim]));
        var second = $"\"{spelt}\":{Values[claim]}";
        foreach (var claims in new[]
        {
            $"{{{second},{good[1..]}", $"{good[..^1]},{second}}}", $"{good[..^1]},\"x\":[1,{{\"y\":{{{second},\"{claim}\":1}}}}]}}",
            $"{good[..^1]},\"x\":{{{second},\"deep\":{{{second}}},\"{claim}\":{{}}}}}}",
        })
        {
            Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(claims: claims));
        }
    }

    // The gate looks no further than the first iss to find whose keys to ask: another issuer's name is refused before the fault is seen.
    [Fact]
    public void A_second_issuer_is_refused_whichever_comes_first()
    {
        var good = TokenForge.Claims();
        Target.RefusesAnyhow(TokenForge.ES256(claims: $"{{\"iss\":\"https://evil.example\",{good[1..]}"));
        Target.Refuses(RejectionCode.Malformed, TokenForge.ES256(claims: $"{good[..^1]},\"iss\":\"https://evil.example\"}}"));
    }

    [Theory]
    [MemberData(nameof(HeaderMembers))]
    public void A_header_member_twice_is_malformed(string member, string spelt)
    {
        var good = member is "alg" or "typ" or "kid" ? TokenForge.Header("ES256", "ec") : TokenForge.Header("ES256", "ec", $",\"{member}\":true");
        foreach (var second in new[] { "\"none\"", "\"ES256\"", "null", "true", "[]" })
        {
            Target.Refuses(RejectionCode.Malformed, TokenForge.ES256($"{{\"{spelt}\":{second},{good[1..]}"));
            Target.Refuses(RejectionCode.Malformed, TokenForge.ES256($"{good[..^1]},\"{spelt}\":{second}}}"));
        }
    }

    // As it is, and with each character in turn, and all of them, spelt as an escape.
    private static TheoryData<string, string> Spelt(IEnumerable<string> names)
    {
        var data = new TheoryData<string, string>();
        foreach (var name in names)
        {
            data.Add(name, name);
            data.Add(name, string.Concat(name.Select(character => $"\\u{(int)character:X4}")));
            for (var i = 0; i < name.Length; i++)
                data.Add(name, $"{name[..i]}\\u{(int)name[i]:x4}{name[(i + 1)..]}");
        }
        return data;
    }
}
