// A key belongs to one issuer: whoever holds one that two have speaks for both.
using Watchword.Keys;

namespace Watchword.Cli.Findings;

internal static class SharedKeyCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment)
    {
        var owners = deployment.Publications.Select(each => (each.Issuer, each.Keys)).Concat(deployment.Entries.Select(each => (each.Entry.Issuer, each.Entry.Keys)))
            .SelectMany(each => Thumbprints(each.Keys).Select(thumbprint => (thumbprint, each.Issuer)))
            .GroupBy(each => each.thumbprint, each => each.Issuer, StringComparer.Ordinal)
            .Select(group => (Key: group.Key, Issuers: group.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray()))
            .Where(each => each.Issuers.Length > 1);
        return owners.GroupBy(each => string.Join(" and ", each.Issuers), StringComparer.Ordinal).Select(group => new Finding(
            Severity.Error, $"issuers {group.Key}", $"they have the key {group.First().Key} in common, so that either can speak for the other",
            "give each issuer a key of its own; a file of keys or a data folder is never copied from one service to another"));
    }

    private static IEnumerable<string> Thumbprints(KeySet? keys) => (keys?.Keys ?? []).Where(key => !key.Algorithm.IsSymmetric).Select(key => key.ToJwk().Thumbprint());
}
