// Looks a deployment over. Each check knows one subject; a new one is added to the list here.
using Watchword.AspNetCore;

namespace Watchword.Cli.Findings;

internal static class DeploymentDoctor
{
    // Beyond these nobody reads them one by one.
    private const int MostOfOneKind = 20;

    private static readonly (string Subject, Func<Deployment, IEnumerable<Finding>> Find)[] Checks =
    [
        ("settings", SettingsCheck.Find),
        ("shared secrets", SecretCheck.Find),
        ("bundles", BundleCheck.Find),
        ("keys", SharedKeyCheck.Find),
        ("issuers", IssuerCheck.Find),
        ("trust", WildcardCheck.Find),
        ("token life", LifetimeCheck.Find),
        ("leeway", LeewayCheck.Find),
        ("trust cycles", CycleCheck.Find),
        ("audiences", AudienceCheck.Find),
    ];

    /// <summary>Everything that is found. Of what one check finds of one severity, only the first are listed, and how many more there are.</summary>
    public static IEnumerable<Finding> Examine(Deployment deployment) => Checks.SelectMany(
        check => check.Find(deployment).Select(Masked).GroupBy(finding => finding.Severity).SelectMany(kind => Bounded(check.Subject, [.. kind])));

    // Whatever somebody wrote where a name should stand.
    private static Finding Masked(Finding found) => found with
    {
        Subject = SecretText.Mask(found.Subject),
        Message = SecretText.Mask(found.Message),
        Mend = SecretText.Mask(found.Mend),
    };

    private static Finding[] Bounded(string subject, Finding[] found) => found.Length <= MostOfOneKind
        ? found
        : [.. found.Take(MostOfOneKind), new Finding(found[0].Severity, subject, $"{found.Length - MostOfOneKind} more are like these", "mend those that are listed, and look again")];
}
