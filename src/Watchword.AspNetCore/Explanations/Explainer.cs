// Every rejection code has its reason here: what was expected, what came, and what to change. One table, so that none is forgotten.
using System.Collections.Frozen;
using Watchword.Jwt;

namespace Watchword.AspNetCore.Explanations;

internal static class Explainer
{
    private delegate Reason Explain(Situation situation, Rejection rejection);

    private static readonly FrozenDictionary<string, Explain> Reasons = new Dictionary<string, Explain>
    {
        [RejectionCode.Malformed] = (situation, _) => TokenReasons.Malformed(situation),
        [RejectionCode.TooLarge] = (situation, _) => TokenReasons.TooLarge(situation),
        [RejectionCode.UnsupportedAlgorithm] = (situation, _) => TokenReasons.UnsupportedAlgorithm(situation),
        [RejectionCode.AlgorithmMismatch] = (situation, _) => TokenReasons.AlgorithmMismatch(situation),
        [RejectionCode.UnknownIssuer] = (situation, _) => TokenReasons.UnknownIssuer(situation),
        [RejectionCode.UnknownKey] = (situation, _) => TokenReasons.UnknownKey(situation),
        [RejectionCode.BadSignature] = (situation, _) => TokenReasons.BadSignature(situation),
        [RejectionCode.WrongType] = TokenReasons.WrongType,
        [RejectionCode.UnsupportedCritical] = (situation, _) => TokenReasons.UnsupportedCritical(situation),
        [RejectionCode.DecryptionFailed] = (situation, _) => TokenReasons.DecryptionFailed(situation),
        [RejectionCode.MissingClaim] = ClaimReasons.Missing,
        [RejectionCode.MalformedClaim] = ClaimReasons.Malformed,
        [RejectionCode.WrongAudience] = (situation, _) => ClaimReasons.WrongAudience(situation),
        [RejectionCode.Expired] = (situation, _) => ClaimReasons.Expired(situation),
        [RejectionCode.NotYetValid] = ClaimReasons.Early,
        [RejectionCode.IssuedInFuture] = ClaimReasons.Early,
        [RejectionCode.LifetimeTooLong] = (situation, _) => ClaimReasons.LifetimeTooLong(situation),
        [RejectionCode.ClientNotAllowed] = ClaimReasons.BeyondTrust,
    }.ToFrozenDictionary();

    /// <summary>Why a token was refused.</summary>
    public static Explanation OfToken(Situation situation, Rejection rejection) => situation is { Examination: { IsEncrypted: true, Token.Claims: not null }, IsInsider: false }
        // What is inside is for the target alone, and whoever sent it may not have written it.
        ? new(rejection.Code, rejection.Claim, rejection.Message, null, null, ["See the target's log, which says what was found and what was expected."])
        : Make(rejection, Reasons.TryGetValue(rejection.Code, out var explain)
            ? explain(situation, rejection)
            : new Reason(null, null, $"The application itself refused it ({nameof(WatchwordOptions.OnVerified)}): see its own words for {rejection.Code}."));

    /// <summary>Why a verified token was not enough.</summary>
    /// <param name="refusal">What the requirement said.</param>
    /// <param name="token">The token; null where another scheme authenticated the caller.</param>
    /// <param name="audience">The target's own identifier.</param>
    public static Explanation OfAccess(AccessRefusal refusal, VerifiedJwt? token, string audience) => Make(refusal.Rejection, AccessReasons.Of(refusal, token, audience));

    private static Explanation Make(Rejection rejection, Reason reason) =>
        new(rejection.Code, rejection.Claim, Bounded(reason.Text) ?? rejection.Message, Bounded(reason.Expected), Bounded(reason.Got), reason.Mend);

    private static string? Bounded(string? text) => text is { Length: > 1000 } ? $"{text[..1000]}..." : text;
}
