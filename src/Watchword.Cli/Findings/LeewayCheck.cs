// A leeway that is a large part of a token's life: it is how much longer than it says a token is accepted. Only lives that are known count.
using Watchword.Trust;

namespace Watchword.Cli.Findings;

internal static class LeewayCheck
{
    private const int Tenth = 10;

    public static IEnumerable<Finding> Find(Deployment deployment) => deployment.Targets.Select(target => Find(target, deployment)).OfType<Finding>();

    private static Finding? Find(Target target, Deployment deployment)
    {
        var leeway = target.Options.Leeway;
        var (issuer, life) = target.Trusted.Select(entry => (entry.Issuer, Life: LifeOf(entry, target, deployment))).Where(each => each.Life is not null)
            .OrderBy(each => each.Life).FirstOrDefault();
        if (life is not { } shortest || leeway * Tenth <= shortest)
            return null;
        var message = $"its leeway is {Durations.Format(leeway)}, and tokens of {issuer} live {Durations.Format(shortest)}";
        // The usual leeway (30s) is half of what a self-issued token usually lives (60s): worth knowing, and no fault.
        return leeway <= shortest
            ? new Finding(Severity.Notice, target.Name, $"{message}: they are accepted for {100 * leeway / shortest:0} % longer than they say", $"if the clocks are good, set Leeway to {shortest / Tenth:c}")
            : new Finding(
                Severity.Warning, target.Name, $"{message}: they are accepted for more than twice as long as they say", $"mend the clocks, and set Leeway to {shortest / Tenth:c}");
    }

    private static TimeSpan? LifeOf(TrustEntry entry, Target target, Deployment deployment)
    {
        TimeSpan? asked = deployment.Asked is { } answer && answer.Issuer == entry.Issuer && answer.TokenLifetimes.TryGetValue(target.Options.Audience ?? "", out var life) ? life : null;
        return new[] { entry.MaxLifetime, asked, deployment.Services.FirstOrDefault(service => service.Issuer == entry.Issuer)?.TokenLifetime }.Min();
    }
}
