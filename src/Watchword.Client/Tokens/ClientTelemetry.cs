// What the client library counts.
using System.Diagnostics.Metrics;

namespace Watchword.Client.Tokens;

internal static class ClientTelemetry
{
    private static readonly Meter Meter = new("Watchword");
    private static readonly Counter<long> TokenRequests = Meter.CreateCounter<long>(
        "watchword.client.token_requests", "{request}", "Token requests made to the issuer; those that failed carry error.type.");

    public static void CountTokenRequest(string? errorType)
    {
        if (errorType is null)
            TokenRequests.Add(1);
        else
            TokenRequests.Add(1, new KeyValuePair<string, object?>("error.type", errorType));
    }

    /// <summary>An issuer's error code as an attribute: only those of RFC 6749 §5.2 and RFC 8707 §2, so that the number of series is bounded.</summary>
    public static string Bounded(string error) => error is "invalid_request" or "invalid_client" or "invalid_grant" or "unauthorized_client"
        or "unsupported_grant_type" or "invalid_scope" or "invalid_target" ? error : "other";
}
