// How long something took or will take, as people say it.
using System.Globalization;

namespace Watchword.Issuer.Storage;

internal static class Elapsed
{
    /// <summary>In the unit that fits, cut down: <c>12 s</c>, <c>40 min</c>, <c>2 h</c>, <c>13 days</c>. What is negative is none.</summary>
    public static string Text(TimeSpan time)
    {
        var (count, unit) = time.TotalMinutes < 1 ? (Math.Max(time.TotalSeconds, 0), "s")
            : time.TotalHours < 1 ? (time.TotalMinutes, "min")
            : time.TotalDays < 2 ? (time.TotalHours, "h")
            : (time.TotalDays, "days");
        return string.Create(CultureInfo.InvariantCulture, $"{(long)count} {unit}");
    }
}
