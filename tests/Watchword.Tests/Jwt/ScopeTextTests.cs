// The grammar of RFC 6749 §3.3.
using Watchword.Jwt;

namespace Watchword.Tests.Jwt;

public sealed class ScopeTextTests
{
    [Fact]
    public void A_scope_token_holds_exactly_the_characters_of_the_standard()
    {
        for (var character = '\0'; character < 0x300; character++)
            Assert.Equal(character is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'), ScopeText.IsToken([character]));
        Assert.False(ScopeText.IsToken(""));
        Assert.True(ScopeText.IsToken("https://billing/invoices:read"));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a b c", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(" a", false)]
    [InlineData("a ", false)]
    [InlineData("a  b", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u00a0b", false)]
    public void Scopes_stand_with_one_space_between_them(string text, bool valid) => Assert.Equal(valid, ScopeText.IsValid(text));
}
