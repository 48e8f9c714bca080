// A shared secret belongs to one target and its issuer: everybody who knows it can make tokens for all who accept it.

namespace Watchword.Cli.Findings;

internal static class SecretCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment)
    {
        var known = Shared(deployment, target => target.SecretIds).ToArray();
        foreach (var (kid, audiences) in known)
            yield return Of($"shared secret {kid}", audiences);

        // Where a file could be read, its secrets have spoken.
        var reported = known.SelectMany(each => each.Audiences).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, audiences) in Shared(deployment, target => target.SecretFile is { } path ? [path] : []))
        {
            if (!audiences.All(reported.Contains))
                yield return Of($"shared secret in {file}", audiences);
        }
    }

    private static IEnumerable<(string Secret, string[] Audiences)> Shared(Deployment deployment, Func<Target, IEnumerable<string>> secrets) => deployment.Targets
        .Where(target => target.Options.Audience is not null)
        .SelectMany(target => secrets(target).Select(secret => (Secret: secret, Audience: target.Options.Audience!)))
        .GroupBy(each => each.Secret, each => each.Audience, StringComparer.Ordinal)
        .Select(group => (group.Key, group.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray()))
        .Where(group => group.Item2.Length > 1);

    private static Finding Of(string subject, string[] audiences) => new(
        Severity.Error, subject, $"{string.Join(" and ", audiences)} know it beside the issuer, so that each can make tokens that the others accept",
        "give each a secret of its own: watchword resource secret add RESOURCE, put it into its settings, and then: watchword resource secret activate RESOURCE; "
        + "or use published keys, which nobody has to keep");
}
