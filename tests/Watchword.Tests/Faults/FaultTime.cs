// How long the faults last: seconds within ./test.sh, and as many minutes of load as ./faults.sh asks for.
using System.Globalization;

namespace Watchword.Tests.Faults;

internal static class FaultTime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // With a peer beside, only those that can be compared.
    private static readonly int Faults = FaultStage.Compares ? 3 : 11;

    private static readonly double? Minutes =
        Environment.GetEnvironmentVariable("WATCHWORD_FAULTS_MINUTES") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    public static bool IsLong => Minutes is not null;

    /// <summary>Each fault's share of the minutes asked for; else what its short form takes.</summary>
    public static TimeSpan Of(double seconds) => TimeSpan.FromSeconds(Math.Max(seconds, (Minutes ?? 0) * 60 / Faults));

    /// <summary>Lets so many seconds pass; none where the time is over already.</summary>
    public static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(Math.Max(0, seconds)), TimeProvider.System);

    /// <summary>Waits for something that must come, however slow the machine is. Whether it came.</summary>
    public static async Task<bool> ComesTrueAsync(Func<Task<bool>> isSo)
    {
        var since = Stamp;
        while (!await isSo())
        {
            if (Since(since) > Patience)
                return false;
            await PassAsync(0.05);
        }
        return true;
    }

    public static TimeSpan Since(long stamp) => TimeProvider.System.GetElapsedTime(stamp);

    public static long Stamp => TimeProvider.System.GetTimestamp();
}
