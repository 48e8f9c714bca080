// Tokens that may live longer than a target keeps the keys of an issuer that is down.

namespace Watchword.Cli.Findings;

internal static class LifetimeCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment) => deployment.Targets.Select(Find).OfType<Finding>();

    private static Finding? Find(Target target)
    {
        var (kept, most) = (target.Options.KeepKeysFor, target.Options.MaxTokenLifetime);
        // Keys that are shared or written down are not fetched, and so are kept for good.
        var longest = target.Trusted.Where(target.Fetches)
            .Select(entry => Shorter(entry.MaxLifetime ?? most, most)).DefaultIfEmpty(TimeSpan.Zero).Max();
        return longest <= kept ? null : new Finding(
            Severity.Warning, target.Name,
            $"a token may live {Durations.Format(longest)}, and the keys of an issuer that is down are kept for {Durations.Format(kept)}: good tokens will be refused",
            $"set MaxTokenLifetime to {kept:c} or less, or KeepKeysFor to {longest:c} or more");
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
