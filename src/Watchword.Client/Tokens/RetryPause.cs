// How long a failed token request keeps the next one waiting: a pure function.
namespace Watchword.Client.Tokens;

internal static class RetryPause
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWithoutToken = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWishWithoutToken = TimeSpan.FromSeconds(5);

    /// <summary>The pause after so many failures in a row.</summary>
    /// <param name="failures">How often the issuer has failed since it last gave a token; at least 1.</param>
    /// <param name="hasToken">
    /// Whether a usable token is held. If so there is time: 1 s, 2 s, 4 s … 60 s. If not, calls are failing meanwhile, so the
    /// first failure is not waited for and the following ones at most a second, just enough to spare an issuer that starts up.
    /// </param>
    /// <param name="wish">The issuer's <c>Retry-After</c>, followed up to 60 s, without a token up to 5 s.</param>
    /// <param name="jitter">From -1 to 1: ±10 %.</param>
    public static TimeSpan After(int failures, bool hasToken, TimeSpan? wish, double jitter)
    {
        var pause = hasToken ? Doubled(1, failures - 1, Longest)
            : failures == 1 ? TimeSpan.Zero
            : Doubled(0.25, failures - 2, LongestWithoutToken);
        pause *= 1 + (0.1 * jitter);
        var longestWish = hasToken ? Longest : LongestWishWithoutToken;
        var wished = wish is { } asked ? (asked < longestWish ? asked : longestWish) : TimeSpan.Zero;
        return pause > wished ? pause : wished;
    }

    private static TimeSpan Doubled(double seconds, int times, TimeSpan longest)
    {
        var pause = TimeSpan.FromSeconds(seconds * Math.Pow(2, Math.Min(times, 10)));
        return pause < longest ? pause : longest;
    }
}
