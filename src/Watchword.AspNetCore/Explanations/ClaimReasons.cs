// Refusals that are about the claims of a token: whom it is for, when, and how far its issuer is trusted.
using System.Globalization;

namespace Watchword.AspNetCore.Explanations;

internal static class ClaimReasons
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private const string Clocks = "See that the clocks of the issuer, the caller and this target agree (NTP).";

    public static Reason Missing(Situation situation, Rejection rejection) => new(
        $"a claim {rejection.Claim}", "none",
        $"At the issuer: issue access tokens by RFC 9068, which have {rejection.Claim}.",
        $"If the issuer is a stock one whose tokens call it otherwise: give its entry in {situation.Setting(nameof(WatchwordOptions.Issuers))}, or in the trust bundle, its profile.");

    public static Reason Malformed(Situation situation, Rejection rejection) => new(
        rejection.Message.Split(" must ", 2) is [_, var rule] ? $"{rejection.Claim}: {rule.TrimEnd('.')}" : null, $"{rejection.Claim} {situation.Claim(rejection.Claim ?? "") ?? "(none)"}",
        $"At the issuer: write {rejection.Claim} as RFC 9068 does, or see whether its entry here needs another profile.");

    public static Reason WrongAudience(Situation situation)
    {
        var audience = situation.Options.Audience!;
        var got = situation.Claim("aud") ?? "(none)";
        return new(audience, got,
            [
                .. PlainText.Difference(audience, got) is { } difference ? new[] { $"{difference} Write the audience alike at both sides." } : [],
                $"At the caller: ask for a token for {audience}: AddWatchwordToken(resource: \"{audience}\"), or AddWatchwordSelfIssued(audience: \"{audience}\") if it issues for itself.",
                $"If this target is {got}: set {situation.Setting(nameof(WatchwordOptions.Audience))} to that.",
            ])
        {
            Text = $"The token is for {got}; this target is {audience}.",
        };
    }

    public static Reason Expired(Situation situation)
    {
        var ago = situation.Time("exp") is { } end ? situation.Examination.Time - end : (TimeSpan?)null;
        return new($"an exp later than {Text(situation.Examination.Time - situation.Options.Leeway)}: now, less {situation.Options.Leeway.TotalSeconds:F0} s of leeway",
            situation.Time("exp") is { } expired ? $"exp {Text(expired)}, {Span(ago!.Value)} ago" : $"exp {situation.Claim("exp") ?? "(none)"}",
            ago < Soon
                ? [Clocks, Leeway(situation), "At the caller: renew tokens ahead of their end, as AddWatchwordToken does, and do not keep one over a long piece of work."]
                : ["At the caller: a token was kept too long; ask for a new one ahead of each end, as AddWatchwordToken does.", Clocks])
        {
            Text = ago is { } past ? $"The token expired {Span(past)} ago, and the leeway for clocks is {situation.Options.Leeway.TotalSeconds:F0} s." : null,
        };
    }

    public static Reason Early(Situation situation, Rejection rejection) => new(
        $"an {rejection.Claim} not later than {Text(situation.Examination.Time + situation.Options.Leeway)}: now, and {situation.Options.Leeway.TotalSeconds:F0} s of leeway",
        situation.Time(rejection.Claim ?? "") is { } start ? $"{rejection.Claim} {Text(start)}, {Span(start - situation.Examination.Time)} from now" : $"{rejection.Claim} {situation.Claim(rejection.Claim ?? "")}",
        Clocks, Leeway(situation));

    public static Reason LifetimeTooLong(Situation situation)
    {
        var life = situation.Time("exp") - situation.Time("iat");
        return new(situation.Rules is { } rules ? $"at most {Span(rules.MaxLifetime)} from iat to exp" : null, life is { } got ? Span(got) : null,
            situation.Claim("sub") == situation.Claim("iss")
                ? "At the caller, which issues for itself: let its tokens live shorter (Watchword:Identity:TokenLifetime)."
                : "At the issuer: let tokens for this target live shorter (watchword resource create --lifetime).",
            situation.MaySpeakOfTrust ? $"If so long a life is meant: raise {situation.Setting(nameof(WatchwordOptions.MaxTokenLifetime))}, or the longest life in {situation.Entry}." : "Or raise the longest life that the target allows.")
        {
            Text = life is { } lives && situation.Rules is { } limits ? $"The token lives {Span(lives)}; this target takes tokens of {limits.Issuer} that live {Span(limits.MaxLifetime)} at most." : null,
        };
    }

    /// <summary>The issuer is trusted, and not that far.</summary>
    public static Reason BeyondTrust(Situation situation, Rejection rejection)
    {
        if (situation.Rules is not { } rules)
            return new(null, null, "At the target: see how far the token's issuer is trusted.");
        var got = $"{rejection.Claim} {situation.Claim(rejection.Claim ?? "")}";
        var isSubject = rejection.Claim is "sub" or "client_id" or "azp" or "cid"; // as the profiles call them
        return !isSubject
            ? new(rules.Scopes is { Count: > 0 } scopes ? $"no scopes but {string.Join(' ', scopes.Order(StringComparer.Ordinal))}" : "no scope at all", got,
                $"If {rules.Issuer} is to grant it: add the scope to {situation.Entry}.", "At the caller: ask for no more scopes than that.")
            {
                Text = $"The token's issuer, {rules.Issuer}, may not grant here what the token holds.",
            }
            : new($"{rejection.Claim}: {rules.Subjects}", got,
                $"If {rules.Issuer} is to speak for it: add it to the subjects of {situation.Entry}.",
                "If the caller issues for itself: its sub and client_id are its own URL, as ServiceIdentity writes them.")
            {
                Text = $"The token's issuer, {rules.Issuer}, may not speak for {situation.Claim(rejection.Claim ?? "")} here.",
            };
    }

    private static string Leeway(Situation situation) =>
        $"Where clocks cannot be kept together: raise {situation.Setting(nameof(WatchwordOptions.Leeway))}, which is {situation.Options.Leeway}, up to 00:05:00.";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.TotalDays >= 2 ? $"{(int)span.TotalDays} days"
        : span.TotalHours >= 2 ? $"{(int)span.TotalHours} h"
        : span.TotalMinutes >= 2 ? $"{(int)span.TotalMinutes} min {span.Seconds} s"
        : $"{span.TotalSeconds:F0} s";
}
