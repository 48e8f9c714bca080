// What the issuer means by an answer other than 200 (RFC 6749 §5.2), and what to do about it.
using System.Net;

namespace Watchword.Client.Tokens;

internal static class TokenRefusal
{
    public static TokenFailure Read(Uri endpoint, HttpResponseMessage response, ReadOnlyMemory<byte> body, TimeProvider clock)
    {
        var status = (int)response.StatusCode;
        var (error, description) = TokenAnswer.ReadError(body);
        var failure = error is null
            ? TokenFailure.NotUnderstood(endpoint, response.StatusCode, status is >= 300 and < 400
                ? "with a redirect, which is not followed: set Watchword:Issuer to the issuer's own URL"
                : "without saying why: look at the issuer's log")
            : new TokenFailure(ClientTelemetry.Bounded(error), Sentence(status, error, description))
            {
                Error = error,
                Description = description,
                Status = response.StatusCode,
            };
        return failure with { RetryAfter = RetryAfter(response, clock) };
    }

    private static string Sentence(int status, string error, string? description)
    {
        var said = description is null ? error : $"{error}: {description.TrimEnd('.')}";
        var mend = error switch
        {
            "invalid_client" => "Check Watchword:ClientId and the API key; the key may be revoked or expired.",
            "invalid_scope" or "invalid_target" or "unauthorized_client" => "Check resource and scope, and that the issuer grants them to this client.",
            _ => "Look at the issuer's log.",
        };
        return $"the issuer answered {status} {said}. {mend}";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock) =>
        response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) ? null
        : response.Headers.RetryAfter is not { } header ? null
        : header.Delta ?? header.Date - clock.GetUtcNow();
}
