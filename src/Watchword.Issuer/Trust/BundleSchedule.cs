// What becomes of published bundles over time: their serials, their lives, and when there is something to say. Pure functions.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Trust;

/// <param name="IsError">Whether it hurts already.</param>
/// <param name="Message">What is the matter: a clause without a full stop, printable ASCII.</param>
/// <param name="Mend">What to do: another such clause.</param>
internal sealed record BundleTrouble(bool IsError, string Message, string Mend);

internal static class BundleSchedule
{
    /// <summary>How an administrator brings a signed bundle up to date.</summary>
    public const string Resign = "run `watchword trust export`, sign the draft offline with `watchword bundle sign`, and publish it with `watchword trust publish`";

    /// <summary>How long a bundle lives that the issuer renews by itself.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    /// <summary>How long one lives that people sign.</summary>
    public static readonly TimeSpan DraftLife = TimeSpan.FromDays(90);

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);
    private static readonly TimeSpan JustMade = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A serial for what is made now. It goes by the clock so that an issuer whose backup was restored does not go back behind what targets
    /// have seen since; in milliseconds, so that many changes in a row do not run ahead of the clock.
    /// </summary>
    public static long NextSerial(long last, DateTimeOffset now) => Math.Max(last + 1, now.ToUnixTimeMilliseconds());

    /// <summary>Whether less than two thirds of a life are left.</summary>
    public static bool IsWorn(BundleVersion version, TimeSpan life, DateTimeOffset now) => version.Expires - now < life * 2 / 3;

    /// <summary>Whether the issuer is to publish anew by itself.</summary>
    /// <param name="version">What is published.</param>
    /// <param name="isStart">Whether the issuer starts: then what is stored may come out of a backup, and targets may have seen a later one.</param>
    /// <param name="now">The time.</param>
    public static bool IsDue(BundleVersion version, bool isStart, DateTimeOffset now) =>
        !version.IsSigned && (IsWorn(version, Life, now) || (isStart && (now - version.Made).Duration() > JustMade));

    /// <summary>What an administrator should know of the published bundle.</summary>
    public static IEnumerable<BundleTrouble> Troubles(BundleVersion version, DateTimeOffset now)
    {
        var mend = version.IsSigned ? Resign : "it should have been renewed; see the issuer's log for what keeps it from that";
        if (version.Expires <= now)
            yield return new BundleTrouble(true, $"it expired {TimeText.Span(now - version.Expires)} ago, at {TimeText.Utc(version.Expires)}; targets follow it for 7 days after that unless they are set otherwise", mend);
        else if (version.Expires - now <= Ahead)
            yield return new BundleTrouble(false, $"it expires in {TimeText.Span(version.Expires - now)}, at {TimeText.Utc(version.Expires)}", mend);
        if (version.Lags)
            yield return new BundleTrouble(false, "it lags behind the registry, which has changed since it was signed", mend);
    }
}
