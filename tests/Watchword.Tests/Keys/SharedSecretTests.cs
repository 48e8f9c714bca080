// The printed form of a secret shared between the issuer and one resource.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Keys;

public sealed class SharedSecretTests
{
    private const string Good = "wws_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    [Fact]
    public void A_generated_secret_reads_back_and_signs_for_its_own_kid()
    {
        var secret = SharedSecret.Generate();
        Assert.True(SharedSecret.TryParse(secret.Reveal(), out var again, out var fault), fault);
        Assert.Equal((secret.KeyId, secret.Reveal()), (again.KeyId, again.Reveal()));
        using var key = secret.ToSigningKey();
        var token = JwtSigner.Sign(key, "{}"u8);
        Assert.True(new JwsVerifier(new KeySet([again.ToVerificationKey()])).TryVerify(Encoding.ASCII.GetBytes(token), out _, out _));
        Assert.Equal((SignatureAlgorithm.HS256, secret.KeyId), (key.Algorithm, key.KeyId));
        Assert.NotEqual(secret.Reveal(), SharedSecret.Generate().Reveal());
    }

    [Fact]
    public void The_key_is_the_text_itself()
    {
        Assert.True(SharedSecret.TryParse(Good, out var secret, out _));
        using var key = secret.ToSigningKey();
        Assert.Equal("0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"u8, key.ExportPrivateKey());
    }

    [Fact]
    public void Text_for_a_log_never_holds_the_secret()
    {
        var secret = SharedSecret.Generate();
        Assert.DoesNotContain(secret.Reveal()[21..], $"{secret}", StringComparison.Ordinal);
        Assert.Contains(secret.KeyId, $"{secret}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wws_")]
    [InlineData(" " + Good)]
    [InlineData(Good + " ")]
    [InlineData(Good + "\n")]
    [InlineData(Good + "H")]
    [InlineData("wwk_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    [InlineData("WWS_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    [InlineData("wws_0123456789abcdef-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    [InlineData("wws_0123456789abcde_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH")]
    [InlineData("wws_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEF_")]
    [InlineData("wws_0123456789abcdef_0123456789abcdefghijklmnopqrstuvwxyzABCDEF\u00e9")]
    [InlineData("wws_0123456789abcd f_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    public void Any_other_text_is_refused_in_a_sentence_that_does_not_repeat_it(string? text)
    {
        Assert.False(SharedSecret.TryParse(text, out var secret, out var fault));
        Assert.Null(secret);
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", fault, StringComparison.Ordinal);
    }
}
