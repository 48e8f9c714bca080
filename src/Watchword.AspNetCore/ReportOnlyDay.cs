// The day from which on a requirement refuses, as attributes write it: they can hold no date. RFC 3339 full-date.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Watchword.AspNetCore;

internal static class ReportOnlyDay
{
    private const string Form = "yyyy-MM-dd";

    [return: NotNullIfNotNull(nameof(day))]
    public static string? Write(DateOnly? day) => day?.ToString(Form, CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentException">It is not a day.</exception>
    public static DateOnly? Read(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new ArgumentException($"'{text}' is not a day: write the year, the month and the day, for example 2027-01-31.", nameof(text));
}
