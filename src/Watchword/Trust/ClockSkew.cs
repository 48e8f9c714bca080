// How far two clocks are apart, as far as one exchange of messages can tell (RFC 9110 §6.6.1).
namespace Watchword.Trust;

internal static class ClockSkew
{
    // A Date says whole seconds, and servers look at the clock for it once a second (Kestrel and nginx do): the clock it was read from
    // may have been up to two seconds further. A server that has no time for that look is further still.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How far this machine's clock is ahead of the other one (behind it: negative), at the least. The other clock was read at some
    /// time between the request and the answer; what that time may explain is not counted, so that a slow answer is no skew.
    /// </summary>
    /// <param name="sent">When the request was sent, by this machine's clock.</param>
    /// <param name="took">How long the answer took.</param>
    /// <param name="date">The Date of the answer.</param>
    public static TimeSpan Between(DateTimeOffset sent, TimeSpan took, DateTimeOffset date)
    {
        var least = sent - date - Resolution;
        var most = sent - date + took;
        return least > TimeSpan.Zero ? least : most < TimeSpan.Zero ? most : TimeSpan.Zero;
    }
}
