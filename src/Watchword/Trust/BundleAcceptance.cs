// Whether a bundle takes the place of the one in force, and how long that one is followed: pure functions of what is known and the time.
namespace Watchword.Trust;

/// <summary>What a bundle in force is worth now.</summary>
public enum BundleStanding
{
    /// <summary>It has not expired.</summary>
    Good,

    /// <summary>It has expired and is still followed, with a warning.</summary>
    Expired,

    /// <summary>It expired so long ago that nobody in it is trusted any more.</summary>
    Refused,
}

internal static class BundleAcceptance
{
    /// <summary>
    /// Null if the new bundle may take the place of what was seen before; else why not. Its expiry is no reason: a later bundle that has
    /// expired still says more than an earlier one.
    /// </summary>
    /// <param name="offered">The new bundle.</param>
    /// <param name="highestSerial">The highest serial ever seen, over restarts too; 0 for none.</param>
    /// <param name="inForce">The bundle in force, or null.</param>
    public static string? Fault(TrustBundle offered, long highestSerial, TrustBundle? inForce)
    {
        if (offered.Serial < highestSerial)
            return $"The bundle has the serial {offered.Serial}, and {highestSerial} was seen already: an older bundle is never taken.";
        return inForce is null || offered.Serial != inForce.Serial || offered.ToJson().AsSpan().SequenceEqual(inForce.ToJson()) ? null
            : $"The bundle has the serial {offered.Serial} of the one in force but says something else: give every version a greater serial.";
    }

    /// <summary>How far a bundle in force is still followed.</summary>
    /// <param name="expires">When it expires.</param>
    /// <param name="keepExpired">How long it is followed after that.</param>
    /// <param name="now">The time.</param>
    public static BundleStanding Standing(DateTimeOffset expires, TimeSpan keepExpired, DateTimeOffset now) =>
        now < expires ? BundleStanding.Good
        : now - expires < keepExpired ? BundleStanding.Expired
        : BundleStanding.Refused;
}
