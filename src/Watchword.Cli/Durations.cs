// Durations as people type them: a whole number and one of s, m, h, d.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Watchword.Cli;

/// <summary>Reads and writes durations such as <c>90s</c>, <c>5m</c>, <c>12h</c> and <c>30d</c>.</summary>
internal static class Durations
{
    private const long LongestSeconds = 36_500L * 86_400;

    /// <summary>Reads a duration of at least one second and at most 100 years.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TimeSpan? duration)
    {
        duration = null;
        if (text is not { Length: >= 2 and <= 12 } || Unit(text[^1]) is not { } unit
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count < 1 || count > LongestSeconds / unit)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(count * unit);
        return true;
    }

    /// <summary>Writes a duration in the largest unit that leaves no rest.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        foreach (var (letter, unit) in new[] { ('d', 86_400L), ('h', 3_600L), ('m', 60L) })
        {
            if (seconds != 0 && seconds % unit == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{seconds / unit}{letter}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }

    private static long? Unit(char letter) => letter switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => null,
    };
}
