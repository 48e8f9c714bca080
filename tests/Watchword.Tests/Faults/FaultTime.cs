// How long the faults last: seconds within ./test.sh, and as many minutes of load as ./faults.sh asks for.
using System.Globalization;

namespace Watchword.Tests.Faults;

internal static class FaultTime
{
    // With a peer beside, only those that can be compared.
    private static readonly int Faults = FaultStage.Compares ? 3 : 11;

    private static readonly double? Minutes =
        Environment.GetEnvironmentVariable("WATCHWORD_FAULTS_MINUTES") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    public static bool IsLong => Minutes is not null;

    /// <summary>Each fault's share of the minutes asked for; else what its short form takes.</summary>
    public static TimeSpan Of(double seconds) => TimeSpan.FromSeconds(Math.Max(seconds, (Minutes ?? 0) * 60 / Faults));

    public static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);

    public static TimeSpan Since(long stamp) => TimeProvider.System.GetElapsedTime(stamp);

    public static long Stamp => TimeProvider.System.GetTimestamp();
}
