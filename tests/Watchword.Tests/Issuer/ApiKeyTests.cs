// The form of an API key: fixed, checked, and silent about its secret.
using System.Text;
using Watchword.Issuer.Clients;

namespace Watchword.Tests.Issuer;

public sealed class ApiKeyTests
{
    private const string Known = "wwk_0123456789ABCDEF_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG_";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    [Fact]
    public void A_new_key_is_read_back()
    {
        var key = ApiKey.Generate();
        Assert.Matches("^wwk_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$", key.Reveal());
        Assert.True(ApiKey.TryParse(key.Reveal(), out var read));
        Assert.Equal((key.CredentialId, key.Reveal()), (read.CredentialId, read.Reveal()));
        Assert.NotEqual(key.Reveal(), ApiKey.Generate().Reveal());
    }

    [Fact]
    public void Its_check_is_the_crc_32_of_what_is_before_it()
    {
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
        var crc = Crc32.Of(Encoding.ASCII.GetBytes(Known[..^1]));
        var check = "";
        for (var i = 0; i < 6; i++, crc /= 62)
            check = Base62[(int)(crc % 62)] + check;
        Assert.True(ApiKey.TryParse(Known + check, out _));
    }

    [Fact]
    public void Any_other_character_at_any_place_is_refused()
    {
        var text = ApiKey.Generate().Reveal();
        for (var at = 0; at < text.Length; at++)
        {
            for (var other = (char)0; other < 0x180; other++)
            {
                if (other != text[at])
                    Assert.False(ApiKey.TryParse($"{text[..at]}{other}{text[(at + 1)..]}", out _), $"{other} at {at}");
            }
        }
    }

    [Fact]
    public void Any_two_neighbours_exchanged_are_refused()
    {
        var text = ApiKey.Generate().Reveal();
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] != text[at - 1])
                Assert.False(ApiKey.TryParse($"{text[..(at - 1)]}{text[at]}{text[at - 1]}{text[(at + 1)..]}", out _), $"at {at}");
        }
    }

    [Fact]
    public void Anything_more_or_less_is_refused()
    {
        var text = ApiKey.Generate().Reveal();
        foreach (var other in (string?[])[null, "", "wwk_", text[1..], text[..^1], text + "0", text + "\n", " " + text, text + "\0", text + text, new string('w', 9_000)])
            Assert.False(ApiKey.TryParse(other, out _), other);
    }

    [Fact]
    public void Its_text_form_hides_the_secret()
    {
        var key = ApiKey.Generate();
        Assert.Equal($"wwk_{key.CredentialId}_...", key.ToString());
        Assert.DoesNotContain(key.Reveal().Split('_')[2], $"{key} {new NewCredential(null!, key)}", StringComparison.Ordinal);
    }
}
