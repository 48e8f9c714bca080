// Rules that are impossible are refused when they are written, in a sentence.
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Jwt;

public sealed class JwtRulesTests
{
    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        var rules = new JwtRules { Issuer = "i", Audience = "a" };
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromHours(24)), (rules.Leeway, rules.MaxLifetime));
        Assert.Null(rules.Algorithms);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    [InlineData(86_400)]
    public void A_leeway_outside_zero_to_five_minutes_is_refused(int seconds) => Sentence(() => new JwtRules { Issuer = "i", Audience = "a", Leeway = TimeSpan.FromSeconds(seconds) });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    public void A_longest_lifetime_outside_a_day_is_refused(int seconds) => Sentence(() => new JwtRules { Issuer = "i", Audience = "a", MaxLifetime = TimeSpan.FromSeconds(seconds) });

    [Fact]
    public void The_edges_are_allowed() => Assert.NotNull(new JwtRules
    {
        Issuer = "i",
        Audience = "a",
        Leeway = TimeSpan.FromMinutes(5),
        MaxLifetime = TimeSpan.FromHours(24),
        Algorithms = [SignatureAlgorithm.ES256],
    });

    [Fact]
    public void An_empty_list_of_algorithms_is_refused() => Sentence(() => new JwtRules { Issuer = "i", Audience = "a", Algorithms = [] });

    [Theory]
    [InlineData("")]
    [InlineData("\t ")]
    [InlineData(null)]
    public void An_issuer_or_audience_that_is_missing_is_refused(string? text)
    {
        Sentence(() => new JwtRules { Issuer = text!, Audience = "a" });
        Sentence(() => new JwtRules { Issuer = "i", Audience = text! });
    }

    private static void Sentence(Func<JwtRules> make) => Assert.EndsWith(".", Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
}
