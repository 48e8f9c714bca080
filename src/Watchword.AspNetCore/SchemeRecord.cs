// What one scheme decided, said to the log and the metrics; and what its requirements ask about it.
using Microsoft.Extensions.Logging;

namespace Watchword.AspNetCore;

internal sealed class SchemeRecord(string scheme, string? primaryIssuer, ILogger logger, TargetMetrics metrics, TimeProvider clock)
{
    /// <summary>The scheme's name.</summary>
    public string Scheme { get; } = scheme;

    /// <summary>The scheme's own issuer; null where its settings name only others.</summary>
    public string? PrimaryIssuer { get; } = primaryIssuer;

    /// <summary>The day it is now, in UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public void NoteAccepted() => metrics.CountAccepted();

    public void NoteTokenRefused(Rejection rejection)
    {
        metrics.CountRefused(rejection.Code);
        Log.TokenRefused(logger, Scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");
    }

    public void NoteAccessRefused(Rejection rejection) =>
        Log.AccessRefused(logger, Scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");

    /// <summary>Says that a request passed which a requirement will refuse from a day on.</summary>
    public void NoteReportOnly(string requirement, DateOnly until, Rejection rejection)
    {
        metrics.CountReportOnly(requirement, rejection.Code);
        Log.AccessReportOnly(logger, Scheme, ReportOnlyDay.Write(until), rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");
    }
}
