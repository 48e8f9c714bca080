// SECURITY.md item 9: three parts, bounded, in the compact serialisation, or nothing (RFC 7515 §3.1, RFC 7516 §3.1).
using System.Diagnostics;

namespace Watchword.Tests.Attacks;

public sealed class StructureAttacks
{
    private static readonly Target Target = new();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("....")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData(".e30.")]
    [InlineData("e30")]
    [InlineData("Bearer e30.e30.e30")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\0")]
    [InlineData("\u00e9.\u00e9.\u00e9")]
    [InlineData("\ud800.\ud800.\ud800")]
    public void What_is_no_token_is_malformed(string text) => Target.Refuses(RejectionCode.Malformed, text);

    [Fact]
    public void A_part_too_few_or_too_many_is_malformed()
    {
        var token = TokenForge.ES256();
        var parts = token.Split('.');
        foreach (var changed in new[] { $"{parts[0]}.{parts[1]}", $".{token}", $"{token}.", $"{token}.{parts[2]}", $"{token}..", $"{parts[0]}..{parts[1]}.{parts[2]}", $".{parts[1]}.{parts[2]}" })
            Target.Refuses(RejectionCode.Malformed, changed);
        Target.Refuses(RejectionCode.BadSignature, $"{parts[0]}.{parts[1]}.");
    }

    [Fact]
    public void An_empty_payload_is_malformed_even_when_signed() =>
        Target.Refuses(RejectionCode.Malformed, TokenForge.SignEncoded(TokenForge.Base64Url(TokenForge.Header("ES256", "ec")), "", TokenForge.SignEc));

    [Fact]
    public void The_JSON_serialisation_is_malformed()
    {
        var parts = TokenForge.ES256().Split('.');
        Target.Refuses(RejectionCode.Malformed, $$"""{"protected":"{{parts[0]}}","payload":"{{parts[1]}}","signature":"{{parts[2]}}"}""");
        Target.Refuses(RejectionCode.Malformed, $$"""{"payload":"{{parts[1]}}","signatures":[{"protected":"{{parts[0]}}","signature":"{{parts[2]}}"}]}""");
    }

    [Fact]
    public void An_encrypted_token_is_malformed() =>
        Target.Refuses(RejectionCode.Malformed, $"{TokenForge.Base64Url("""{"alg":"dir","enc":"A256GCM"}""")}..AAAA.AAAA.AAAA");

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(900_000)]
    [InlineData(20_000_000)]
    public void Thousands_of_dots_are_refused_quickly(int dots)
    {
        var watch = Stopwatch.StartNew();
        Target.Refuses(dots > 16 * 1024 ? RejectionCode.TooLarge : RejectionCode.Malformed, new string('.', dots));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_token_of_16_KiB_is_read_and_one_more_character_is_not()
    {
        var token = Padded(16 * 1024);
        Assert.Equal(16 * 1024, token.Length);
        Target.Accepts(token);
        Target.Refuses(RejectionCode.TooLarge, token + "A");
        Target.Refuses(RejectionCode.TooLarge, TokenForge.ES256(claims: TokenForge.Claims(("x", $"\"{new string('x', 675_000)}\""))));
    }

    [Fact]
    public void White_space_around_a_good_token_is_malformed()
    {
        var token = TokenForge.ES256();
        foreach (var changed in new[] { " " + token, "\n" + token, "\ufeff" + token })
            Target.Refuses(RejectionCode.Malformed, changed);
        foreach (var changed in new[] { token + " ", token + "\n", token + "\0", token + "=" })
            Target.Refuses(RejectionCode.BadSignature, changed);
    }

    // Base64url has no text of some lengths: the header is made longer until header and payload fit together.
    // Base64url has no text of every length, so that the header gives way too.
    private static string Padded(int length)
    {
        foreach (var more in new[] { "", ",\"n\":1", ",\"n\":12" })
        {
            var header = TokenForge.Header("ES256", "ec", more);
            var room = length - TokenForge.Base64Url(header).Length - 2 - 86;
            var fill = room * 3 / 4 - TokenForge.Claims(("x", "\"\"")).Length;
            var token = TokenForge.ES256(header, TokenForge.Claims(("x", $"\"{new string('x', fill)}\"")));
            if (token.Length == length)
                return token;
        }
        throw new InvalidOperationException($"No token has {length} characters.");
    }
}
