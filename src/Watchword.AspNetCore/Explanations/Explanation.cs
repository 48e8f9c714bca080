// A refusal in sentences, for the people who have to mend it.
namespace Watchword.AspNetCore.Explanations;

/// <summary>Why a token was refused: what was expected, what came, and what to change where.</summary>
/// <param name="Code">The rejection's code.</param>
/// <param name="Claim">The claim or header member at fault, where there is one.</param>
/// <param name="Detail">What the target does, and why: a sentence.</param>
/// <param name="Expected">What would have passed; null where there is nothing to say, or nothing may be said.</param>
/// <param name="Got">What came; null likewise.</param>
/// <param name="Mend">What to change, and where: sentences, the likeliest first.</param>
internal sealed record Explanation(string Code, string? Claim, string Detail, string? Expected, string? Got, IReadOnlyList<string> Mend);

/// <summary>What is said of one kind of refusal.</summary>
internal readonly record struct Reason(string? Expected, string? Got, params IReadOnlyList<string> Mend)
{
    /// <summary>Why, in a sentence with what was expected and what came; null: as the challenge says it.</summary>
    public string? Text { get; init; }
}
