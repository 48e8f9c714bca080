// SECURITY.md item 9: parts of a good token left out, repeated, exchanged and put together anew. Three in the right order, or nothing.
namespace Watchword.Tests.Attacks;

public sealed class PartsAttacks
{
    private static readonly Target Target = new(TokenForge.EcKey);
    private static readonly string[] Good = TokenForge.ES256().Split('.');
    private static readonly string[] Other = TokenForge.ES256(claims: TokenForge.Claims(("sub", "\"admin\""))).Split('.');

    public static TheoryData<int> Counts => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 5000, 16_000];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void No_other_choice_of_parts_is_a_token(int count)
    {
        string[] parts = ["", .. Good, Other[1], Other[2], "e30"];
        var accepted = 0;
        foreach (var choice in Choices(parts, count))
        {
            var token = string.Join('.', choice);
            if (choice.SequenceEqual(Good) || choice.SequenceEqual([Good[0], Other[1], Other[2]]))
                accepted++;
            else if (count != 3 || choice[0].Length == 0)
                Target.Refuses(RejectionCode.Malformed, token);
            else
                Target.RefusesAnyhow(token);
        }
        Assert.Equal(count == 3 ? 2 : 0, accepted);
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Any_number_of_parts_but_three_is_malformed(int count)
    {
        foreach (var part in new[] { "", "A", "e30", "eyJhbGciOiJub25lIn0" }.Where(part => (part.Length + 1) * count <= 16 * 1024 && (count != 3 || part.Length == 0)))
            Target.Refuses(RejectionCode.Malformed, string.Join('.', Enumerable.Repeat(part, count)));
    }

    [Fact]
    public void Every_beginning_and_every_end_of_a_token_is_refused()
    {
        var token = string.Join('.', Good);
        for (var i = 0; i < token.Length; i++)
        {
            Target.RefusesAnyhow(token[..i]);
            Target.RefusesAnyhow(token[(i + 1)..]);
        }
    }

    private static IEnumerable<string[]> Choices(string[] parts, int count) => count == 0
        ? [[]]
        : Choices(parts, count - 1).SelectMany(_ => parts, (chosen, part) => (string[])[.. chosen, part]);
}
