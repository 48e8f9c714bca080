// The explanation as the body of a refusal (RFC 9457): in the Development environment, and for a peer on this machine alone.
using System.Buffers;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Watchword.AspNetCore.Explanations;

internal static class ExplanationBody
{
    private const string ContentType = "application/problem+json";
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a proxy adds: then the peer is on this machine, and whoever asks may not be.
    private const string AnyForwarding = "X-Forwarded-";
    private static readonly string[] Forwarding = ["Forwarded", "Via", "X-Original-For", "X-Real-IP"];

    /// <summary>Whether whoever sent this request may be told more than the challenge says, and nobody has told it yet.</summary>
    public static bool MayBeSent(HttpContext context) =>
        context.RequestServices.GetService<IHostEnvironment>()?.IsDevelopment() == true
        && context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && !Array.Exists(Forwarding, context.Request.Headers.ContainsKey)
        && !context.Request.Headers.Keys.Any(name => name.StartsWith(AnyForwarding, StringComparison.OrdinalIgnoreCase))
        && !HttpMethods.IsHead(context.Request.Method)
        && context.Response is { HasStarted: false, ContentType: null };

    /// <summary>Makes it the body of the answer, whose status has been set. It is not sent yet: another scheme may have its own challenge to add.</summary>
    /// <param name="response">The answer; nothing of it may have been sent.</param>
    /// <param name="explanation">What to say.</param>
    /// <param name="page">The page about the code; null for none.</param>
    public static void WriteTo(HttpResponse response, Explanation explanation, string? page)
    {
        var body = Write(explanation, response.StatusCode, page);
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.BodyWriter.Write(body);
    }

    private static byte[] Write(Explanation explanation, int status, string? page)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(text, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type", page ?? "about:blank");
            json.WriteString("title", status == StatusCodes.Status403Forbidden ? "The token does not permit this request." : "The token was refused.");
            json.WriteNumber("status", status);
            WriteMembers(json, explanation);
            json.WriteEndObject();
        }
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Writes what is explained, as members of an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteString("detail", explanation.Detail);
        json.WriteString("code", explanation.Code);
        WriteText(json, "claim", explanation.Claim);
        WriteText(json, "expected", explanation.Expected);
        WriteText(json, "got", explanation.Got);
        json.WriteStartArray("mend");
        foreach (var mend in explanation.Mend)
            json.WriteStringValue(mend);
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }
}
