// Services that trust each other in a circle: whoever takes over one of them reaches all of them.

namespace Watchword.Cli.Findings;

internal static class CycleCheck
{
    private const int MostNamed = 10;

    public static IEnumerable<Finding> Find(Deployment deployment)
    {
        var services = deployment.Services.Select(service => service.Issuer).ToHashSet(StringComparer.Ordinal);
        var trust = deployment.Targets.Where(target => target.Identity is not null).ToLookup(target => target.Identity!, StringComparer.Ordinal);
        var edges = services.ToDictionary(
            service => service,
            IReadOnlyCollection<string> (service) => [.. trust[service].SelectMany(target => target.Trusted).Select(entry => entry.Issuer).Where(services.Contains).Distinct(StringComparer.Ordinal)],
            StringComparer.Ordinal);
        return
        [
            .. new TrustGraph(edges).Circles().Select(Circle),
            .. deployment.Targets.Where(target => target.Identity is { } identity && target.Listed.Any(entry => entry.Issuer == identity)).Select(Loop),
        ];
    }

    private static Finding Circle(string[] members) => new(
        Severity.Notice, $"trust of {members[0]}",
        $"{members.Length} services trust each other in a circle: {string.Join(", ", members.Take(MostNamed))}{(members.Length > MostNamed ? $" and {members.Length - MostNamed} more" : "")}",
        "whoever takes over one of them can call all of them: let each entry name only the scopes that are needed, and no subjects beyond the service itself");

    // A bundle for a whole fleet lists the service too, and there is nothing to mend.
    private static Finding Loop(Target target) => new(
        Severity.Notice, target.Name, $"it trusts {target.Identity}, which is itself: whoever can use its key can call it",
        "remove the entry, unless the service does call itself");
}
