// Whether every scheme has keys to verify with, how old they are, and whether the clocks agree.
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class KeysHealthCheck(SchemeGates gates) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = HealthStatus.Healthy;
        var reasons = new List<string>();
        var data = new Dictionary<string, object>();
        foreach (var scheme in gates.Names)
        {
            var gate = gates.Of(scheme);
            var state = gate.Keys;
            Describe(scheme, state, data);
            foreach (var reason in Reasons(state, gate))
                reasons.Add($"{scheme}: {reason}");
            var own = state.Keys == 0 ? context.Registration.FailureStatus : Reasons(state, gate).Any() ? HealthStatus.Degraded : HealthStatus.Healthy;
            status = own < status ? own : status;
        }
        return Task.FromResult(new HealthCheckResult(status, string.Join(' ', reasons), data: data));
    }

    private static IEnumerable<string> Reasons(KeySetState state, SchemeGate gate)
    {
        if (state.Keys == 0)
            yield return $"there is no key of {state.Issuer}, so that every token is refused.";
        if (state.Fault is { } fault)
            yield return fault;
        if (state.Age > 2 * gate.RefreshInterval)
            yield return $"the keys of {state.Issuer} are {state.Age.Value.TotalMinutes:0} min old.";
        if (state.ClockSkew?.Duration() >= ClockSkewLog.LimitFor(gate.Leeway))
            yield return $"the clocks of this machine and of {state.Issuer} are at least {state.ClockSkew.Value.Duration().TotalSeconds:0} s apart.";
    }

    private static void Describe(string scheme, KeySetState state, Dictionary<string, object> data)
    {
        data[$"{scheme}.issuer"] = state.Issuer;
        data[$"{scheme}.keys"] = state.Keys;
        if (state.Age is { } age)
            data[$"{scheme}.age_seconds"] = age.TotalSeconds;
        if (state.UsableFor is { } usable)
            data[$"{scheme}.usable_for_seconds"] = usable.TotalSeconds;
        if (state.ClockSkew is { } skew)
            data[$"{scheme}.clock_skew_seconds"] = skew.TotalSeconds;
        if (state.Fault is { } fault)
            data[$"{scheme}.fault"] = fault;
    }
}
