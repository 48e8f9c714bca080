// Warns that the clocks of target and issuer drift apart, before it refuses anybody; and says when they agree again.
using Microsoft.Extensions.Logging;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class ClockSkewLog(string scheme, TimeSpan leeway, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private readonly TimeSpan _limit = LimitFor(leeway);
    private (long At, bool IsAhead)? _warned;

    /// <summary>
    /// From which skew on there is a warning: a third of the leeway, so that there is time to mend the clock, but at least 5 s, which
    /// is what an answer's whole seconds and a server under load can look like.
    /// </summary>
    public static TimeSpan LimitFor(TimeSpan leeway) => leeway / 3 > LeastLimit ? leeway / 3 : LeastLimit;

    public void Note(KeySetState state)
    {
        if (state.ClockSkew is not { } skew)
            return;
        if (skew.Duration() < _limit)
        {
            if (_warned is not null)
                Log.ClocksAgree(logger, scheme, state.Issuer);
            _warned = null;
        }
        else if (_warned is not { } last || last.IsAhead != skew > TimeSpan.Zero || clock.GetElapsedTime(last.At) >= Interval)
        {
            _warned = (clock.GetTimestamp(), skew > TimeSpan.Zero);
            Log.ClocksApart(logger, scheme, (int)skew.Duration().TotalSeconds, skew > TimeSpan.Zero ? "ahead of" : "behind", state.Issuer, leeway);
        }
    }
}
