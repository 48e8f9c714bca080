// Two targets of one name that trust different issuers: replicas that drifted apart, or two services that share a name.

namespace Watchword.Cli.Findings;

internal static class AudienceCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment) => deployment.Targets.Where(target => !string.IsNullOrEmpty(target.Options.Audience))
        .GroupBy(target => target.Options.Audience!, StringComparer.Ordinal).Select(Find).OfType<Finding>();

    // Two schemes of one file are one service.
    private static Finding? Find(IGrouping<string, Target> targets)
    {
        var files = targets.GroupBy(target => target.File, StringComparer.Ordinal)
            .Select(file => (File: file.Key, Issuers: file.SelectMany(target => target.Trusted).Select(entry => entry.Issuer).ToHashSet(StringComparer.Ordinal))).ToArray();
        var first = files[0];
        return files.FirstOrDefault(each => !each.Issuers.SetEquals(first.Issuers)) is not { File: { } file } other ? null : new Finding(
            Severity.Notice, $"targets {targets.Key}",
            $"{first.File} and {file} have this audience and do not trust the same issuers: {Difference(first, other)}",
            "let replicas trust the same issuers, best by one bundle, and give two services two audiences");
    }

    private static string Difference((string File, HashSet<string> Issuers) one, (string File, HashSet<string> Issuers) other)
    {
        var (more, less) = one.Issuers.Except(other.Issuers, StringComparer.Ordinal).Any() ? (one, other) : (other, one);
        return $"only {more.File} trusts {more.Issuers.Except(less.Issuers, StringComparer.Ordinal).Order(StringComparer.Ordinal).First()}";
    }
}
