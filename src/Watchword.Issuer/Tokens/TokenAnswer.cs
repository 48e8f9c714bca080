// Writes what the token endpoint answers (RFC 6749 §5.1 and §5.2).
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Tokens;

internal static class TokenAnswer
{
    private const int RetryAfterSeconds = 5;
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    public static ValueTask WriteAsync(HttpResponse response, string token, int lifetimeSeconds, string? scope)
    {
        using var json = Begin(response, StatusCodes.Status200OK);
        json.WriteString("access_token"u8, token);
        json.WriteString("token_type"u8, "Bearer"u8);
        json.WriteNumber("expires_in"u8, lifetimeSeconds);
        // When a caller should come again, so that no call ever waits for a token: after 80 % of the life.
        json.WriteNumber("refresh_in"u8, lifetimeSeconds * 4 / 5);
        if (scope is not null) json.WriteString("scope"u8, scope);
        return EndAsync(response, json);
    }

    public static ValueTask WriteAsync(HttpResponse response, TokenError error)
    {
        var headers = response.Headers;
        switch (error.Status)
        {
            // RFC 9110 §15.5.2: every 401 names a scheme. Basic is the one RFC 6749 §5.2 asks for.
            case StatusCodes.Status401Unauthorized:
                headers.WWWAuthenticate = "Basic realm=\"watchword\", charset=\"UTF-8\"";
                break;
            case StatusCodes.Status405MethodNotAllowed:
                headers.Allow = HttpMethods.Post;
                break;
            case StatusCodes.Status503ServiceUnavailable:
                headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                break;
        }
        using var json = Begin(response, error.Status);
        json.WriteString("error"u8, error.Code);
        json.WriteString("error_description"u8, error.Description);
        return EndAsync(response, json);
    }

    private static Utf8JsonWriter Begin(HttpResponse response, int status)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        var json = new Utf8JsonWriter(response.BodyWriter, Unchecked);
        json.WriteStartObject();
        return json;
    }

    private static ValueTask EndAsync(HttpResponse response, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        // Known before the head is sent, so that the answer needs no chunks.
        response.ContentLength = json.BytesCommitted;
        var flushed = response.BodyWriter.FlushAsync();
        return flushed.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(flushed.AsTask());
    }
}
