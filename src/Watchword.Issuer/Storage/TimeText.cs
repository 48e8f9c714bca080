// Times and spans of time as they are written in answers and sentences.
using System.Globalization;

namespace Watchword.Issuer.Storage;

internal static class TimeText
{
    /// <summary>RFC 3339 in UTC, to the second.</summary>
    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>In the unit that fits, cut down: <c>12 s</c>, <c>40 min</c>, <c>3 h</c>, <c>13 days</c>. What is negative is none.</summary>
    public static string Span(TimeSpan span)
    {
        var (count, unit) = span.TotalSeconds < 120 ? (Math.Max(span.TotalSeconds, 0), "s")
            : span.TotalMinutes < 120 ? (span.TotalMinutes, "min")
            : span.TotalHours < 48 ? (span.TotalHours, "h")
            : (span.TotalDays, "days");
        return string.Create(CultureInfo.InvariantCulture, $"{(long)count} {unit}");
    }
}
