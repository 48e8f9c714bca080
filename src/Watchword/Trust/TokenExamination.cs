// What can be said about a token beside the verdict, for whoever explains a refusal. Nothing here is a step of verification.
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>
/// What a gate can say about a token beside its verdict: a help for people, and no reason to believe anything. It asks nobody, so that it
/// goes by the keys at hand.
/// </summary>
public sealed record TokenExamination
{
    /// <summary>When it was made, by the gate's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The token's header and claims as somebody wrote them, decrypted where that was possible; null where they cannot be read.</summary>
    public UnverifiedJwt? Token { get; init; }

    /// <summary>Whether the token is encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>What the tokens of the issuer that this one names must keep; null where that issuer is not trusted.</summary>
    public JwtRules? Rules { get; init; }

    /// <summary>The keys of that issuer that are at hand.</summary>
    public KeySet? Keys { get; init; }

    /// <summary>Why that issuer's keys could not be fetched the last time, in a sentence; null if they could, or need not be.</summary>
    public string? KeyFault { get; init; }

    /// <summary>Whether one of those keys made the signature. Where it is not so, anybody may have written the token.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Everything that is wrong with the claims by those rules, in the order in which it is checked, whoever signed them.</summary>
    public IReadOnlyList<Rejection> ClaimFaults { get; init; } = [];
}
