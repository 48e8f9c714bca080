// What a target measures, on the meter Watchword. The only attributes are error types, trusted issuers, the bundles of the
// settings and the requirements in the code.
using System.Diagnostics.Metrics;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class TargetMetrics
{
    private readonly Counter<long> _verifications;
    private readonly Counter<long> _reportOnly;
    private readonly Counter<long> _fetches;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="states">How the keys stand, asked whenever somebody measures.</param>
    /// <param name="bundles">How the trust bundles stand.</param>
    public TargetMetrics(Meter meter, Func<IEnumerable<KeySetState>> states, Func<IEnumerable<BundleState>> bundles)
    {
        _verifications = meter.CreateCounter<long>(
            "watchword.verifications", "{token}", "Tokens verified; error.type is the code of a refusal.");
        _reportOnly = meter.CreateCounter<long>(
            "watchword.report_only", "{request}", "Requests that passed a requirement which is only watched and would have refused them.");
        _fetches = meter.CreateCounter<long>(
            "watchword.keys.fetches", "{fetch}", "Fetches of an issuer's keys; error.type is the kind of a fault.");
        meter.CreateObservableGauge(
            "watchword.keys.age", () => Seconds(states(), state => state.Age), "s", "How long ago an issuer last confirmed the keys that are in use.");
        meter.CreateObservableGauge(
            "watchword.clock.skew", () => Seconds(states(), state => state.ClockSkew), "s", "How far this machine's clock is ahead of an issuer's, at the least.");
        meter.CreateObservableGauge(
            "watchword.bundle.serial", () => Each(bundles(), state => state.Serial), "{serial}", "The serial of a trust bundle in force.");
        meter.CreateObservableGauge(
            "watchword.bundle.expires", () => Each(bundles(), state => state.Expires?.ToUnixTimeSeconds()), "s", "When a trust bundle in force expires, in seconds since 1970.");
    }

    public void CountAccepted() => _verifications.Add(1);

    public void CountRefused(string code) => _verifications.Add(1, new KeyValuePair<string, object?>("error.type", code));

    /// <summary>Counts a request by the requirement, as the application's code words it.</summary>
    public void CountReportOnly(string requirement, string code) => _reportOnly.Add(
        1, new KeyValuePair<string, object?>("requirement", requirement), new KeyValuePair<string, object?>("error.type", code));

    public void CountFetch(KeySetState state)
    {
        var issuer = new KeyValuePair<string, object?>("issuer", state.Issuer);
        if (state.ErrorType is { } error)
            _fetches.Add(1, issuer, new KeyValuePair<string, object?>("error.type", error));
        else
            _fetches.Add(1, issuer);
    }

    // Two schemes may have one issuer: then the worse of the two is said, once.
    private static IEnumerable<Measurement<double>> Seconds(IEnumerable<KeySetState> states, Func<KeySetState, TimeSpan?> value) => states
        .Where(state => value(state) is not null)
        .GroupBy(state => state.Issuer)
        .Select(group => new Measurement<double>(
            group.Select(state => value(state)!.Value.TotalSeconds).MaxBy(Math.Abs), new KeyValuePair<string, object?>("issuer", group.Key)));

    // Two schemes may follow one bundle: then the lower of the two is said, once.
    private static IEnumerable<Measurement<long>> Each(IEnumerable<BundleState> states, Func<BundleState, long?> value) => states
        .Where(state => value(state) is not null)
        .GroupBy(state => state.Place)
        .Select(group => new Measurement<long>(group.Min(state => value(state)!.Value), new KeyValuePair<string, object?>("bundle", group.Key)));
}
