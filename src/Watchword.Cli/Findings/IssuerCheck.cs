// Issuers that cannot be had, or are not who they are trusted as; that show no key ahead; whose clock is another; that only one machine can use.
using Watchword.AspNetCore;

namespace Watchword.Cli.Findings;

internal static class IssuerCheck
{
    private static readonly TimeSpan UsualLeeway = TimeSpan.FromSeconds(30);

    public static IEnumerable<Finding> Find(Deployment deployment) =>
    [
        .. deployment.Publications.SelectMany(each => each.Fault is { } fault ? [Absent(each.Issuer, fault)] : Present(each, LeewayFor(each.Issuer, deployment))),
        .. deployment.Entries.Where(each => each.Entry.Keys is not null).Select(each => Embedded(each.Subject)),
        .. deployment.Issuers.Where(issuer => issuer.StartsWith("http:", StringComparison.Ordinal) && issuer != deployment.Asked?.Issuer).Select(Plain),
    ];

    private static Finding Absent(string issuer, Trust.FetchException fault)
    {
        var end = fault.Message.IndexOf(". ", StringComparison.Ordinal);
        return fault.IsOfAnotherIssuer
            ? new Finding(Severity.Error, $"issuer {issuer}", fault.Message[..end], "write the identifier that the issuer calls itself by, character by character, or see that this is its address")
            : new Finding(
                Severity.Warning, $"issuer {issuer}", $"its keys cannot be had: {fault.Message.TrimEnd('.')}",
                "see that it is up and that this machine may reach it; targets go on with the keys they have for KeepKeysFor");
    }

    private static IEnumerable<Finding> Present(Publication issuer, TimeSpan leeway)
    {
        foreach (var alone in issuer.Keys!.Keys.GroupBy(key => key.Algorithm).Where(group => group.Count() == 1))
        {
            yield return new Finding(
                Severity.Warning, $"issuer {issuer.Issuer}", $"it publishes one key for {alone.Key} and none that will sign next, so that a rotation will be noticed",
                "let it publish the next key before it signs with it, for at least as long as targets keep a key set");
        }
        if (issuer.Skew is { } skew && skew.Duration() >= ClockSkewLog.LimitFor(leeway))
        {
            yield return new Finding(
                Severity.Warning, $"issuer {issuer.Issuer}",
                $"its clock is {(int)skew.Duration().TotalSeconds} s or more {(skew > TimeSpan.Zero ? "behind" : "ahead of")} this machine's, and a leeway of {Durations.Format(leeway)} bears no more than that",
                "let both machines take their time from the same servers; mend the clock rather than the leeway");
        }
    }

    private static Finding Embedded(string subject) => new(
        Severity.Notice, subject, "its keys are written down here, and cannot rotate by themselves",
        "name the place where it publishes them instead, or write the next key beside the present one before it signs");

    private static Finding Plain(string issuer) => new(
        Severity.Warning, $"issuer {issuer}", "it is plain HTTP, and only this machine can use it", "give it an https URL, by which it is then named everywhere");

    private static TimeSpan LeewayFor(string issuer, Deployment deployment) => deployment.Targets.Where(target => target.Trusted.Any(entry => entry.Issuer == issuer))
        .Select(target => target.Options.Leeway).DefaultIfEmpty(UsualLeeway).Min();
}
