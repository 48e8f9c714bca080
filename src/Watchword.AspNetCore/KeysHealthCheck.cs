// Whether every scheme has somebody to believe and keys to verify with, how old they are, and whether the clocks agree.
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class KeysHealthCheck(SchemeGates gates) : IHealthCheck
{
    private const int MostReasons = 10;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = HealthStatus.Healthy;
        var all = new List<string>();
        var data = new Dictionary<string, object>();
        foreach (var scheme in gates.Names)
        {
            var gate = gates.Of(scheme);
            var keys = gate.Keys;
            Describe(scheme, gate, keys, data);
            var reasons = Reasons(gate, keys).ToArray();
            all.AddRange(reasons.Take(MostReasons).Select(reason => $"{scheme}: {reason}"));
            if (reasons.Length > MostReasons)
                all.Add($"{scheme}: there are {reasons.Length - MostReasons} reasons more.");
            var own = VerifiesNothing(gate, keys) ? context.Registration.FailureStatus : reasons.Length > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
            status = own < status ? own : status;
        }
        return Task.FromResult(new HealthCheckResult(status, string.Join(' ', all), data: data));
    }

    // Issuers whose keys are written into a bundle or a file have no state: they cannot be without keys. Where services issue for themselves,
    // one that waited for another's keys to be called ready might be what that other waits for.
    private static bool VerifiesNothing(SchemeGate gate, IReadOnlyList<KeySetState> keys) => gate.Record.PrimaryIssuer is null
        ? gate.Issuers == 0
        : gate.Issuers <= keys.Count && keys.All(state => state.Keys == 0);

    private static IEnumerable<string> Reasons(SchemeGate gate, IReadOnlyList<KeySetState> keys)
    {
        if (gate.Bundle is { } bundle)
        {
            if (bundle.Standing == BundleStanding.Refused)
                yield return $"there is no trust bundle to follow, so that nobody in {bundle.Place} is trusted.";
            if (bundle.Standing == BundleStanding.Expired)
                yield return $"the trust bundle {bundle.Place} expired at {bundle.Expires:u}.";
            if (bundle.Fault is { } fault)
                yield return fault;
        }
        foreach (var reason in keys.SelectMany(state => Reasons(gate, state)))
            yield return reason;
    }

    private static IEnumerable<string> Reasons(SchemeGate gate, KeySetState state)
    {
        if (state.Keys == 0)
            yield return $"there is no key of {state.Issuer}, so that its tokens are refused.";
        if (state.Fault is { } fault)
            yield return fault;
        if (state.Age > 2 * gate.RefreshInterval)
            yield return $"the keys of {state.Issuer} are {state.Age.Value.TotalMinutes:0} min old.";
        if (state.ClockSkew?.Duration() >= ClockSkewLog.LimitFor(gate.Leeway))
            yield return $"the clocks of this machine and of {state.Issuer} are at least {state.ClockSkew.Value.Duration().TotalSeconds:0} s apart.";
    }

    private static void Describe(string scheme, SchemeGate gate, IReadOnlyList<KeySetState> keys, Dictionary<string, object> data)
    {
        data[$"{scheme}.issuers"] = gate.Issuers;
        if (gate.Bundle is { } bundle)
            Describe(scheme, bundle, data);
        if (gate.Record.PrimaryIssuer is not null)
            Describe(scheme, keys[0], data);
    }

    private static void Describe(string scheme, BundleState bundle, Dictionary<string, object> data)
    {
        if (bundle.Serial is { } serial)
            data[$"{scheme}.bundle_serial"] = serial;
        if (bundle.Expires is { } expires)
            data[$"{scheme}.bundle_expires"] = expires;
        if (bundle.Fault is { } fault)
            data[$"{scheme}.bundle_fault"] = fault;
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
