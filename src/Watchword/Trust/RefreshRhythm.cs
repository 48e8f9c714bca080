// When an issuer's keys are fetched the next time: a pure function of how the last fetches went.
namespace Watchword.Trust;

internal static class RefreshRhythm
{
    private static readonly TimeSpan LongestWithKeys = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWithoutKeys = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The pause before the next fetch. Chance only shortens it, so that a key that was revoked is gone within the interval, and
    /// many targets that began together do not go on together.
    /// </summary>
    /// <param name="interval">The pause after a fetch that succeeded, at the most.</param>
    /// <param name="failures">How many fetches have failed in a row.</param>
    /// <param name="hasKeys">Without any key every request is refused, so that the issuer is asked again soon; with keys there is time.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Pause(TimeSpan interval, int failures, bool hasKeys, double chance)
    {
        if (failures == 0)
            return interval * (0.8 + 0.15 * chance);
        var longest = hasKeys ? LongestWithKeys : LongestWithoutKeys;
        var backedOff = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures - 1, 10)));
        return new[] { backedOff, longest, interval }.Min() * (0.8 + 0.2 * chance);
    }
}
