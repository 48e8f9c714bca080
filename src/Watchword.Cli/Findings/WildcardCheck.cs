// Trust that is wider than it must be: issuers that speak for everybody or grant every scope, and audiences that look like patterns.
using Watchword.Jwt;
using Watchword.Trust;

namespace Watchword.Cli.Findings;

internal static class WildcardCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment) =>
    [
        .. deployment.Targets.Where(target => target.Options.Audience?.Contains('*', StringComparison.Ordinal) == true).Select(Starred),
        .. deployment.Entries.SelectMany(each => new[] { Subjects(each.Subject, each.Entry), Scopes(each.Subject, each.Entry) }).OfType<Finding>(),
    ];

    private static Finding Starred(Target target) => new(
        Severity.Warning, target.Name, "its Audience holds a star, which is no pattern: only tokens with exactly this aud are accepted",
        "write the one identifier that callers ask tokens for");

    private static Finding? Subjects(string subject, TrustEntry entry)
    {
        if (entry.Subjects is not { } subjects)
            return null;
        if (!subjects.IsEverybody)
        {
            return subjects.Patterns.FirstOrDefault(pattern => pattern.EndsWith('*')) is { } prefix
                ? new Finding(Severity.Notice, subject, $"it may speak for every subject that begins like {prefix}", "name the subjects one by one, if they are few")
                : null;
        }
        // A stock issuer is usually the central one, and its subjects are numbers that nobody lists.
        return entry.Profile == TokenProfile.Rfc9068
            ? new Finding(Severity.Warning, subject, "it may speak for everybody, services with issuers of their own among them", "name the subjects that it is to speak for")
            : new Finding(Severity.Notice, subject, "it may speak for everybody, as is usual for an issuer of this profile", "see that its scopes are only those that it is to grant");
    }

    private static Finding? Scopes(string subject, TrustEntry entry) => entry.GrantsEveryScope
        ? new Finding(Severity.Notice, subject, "its tokens may hold every scope, those to come among them", "name the scopes that it is to grant")
        : null;
}
