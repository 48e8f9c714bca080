// A public JSON document that caches may keep: bytes made once, a strong ETag, GET and HEAD (RFC 9110 §8.8.3, §13.1.2; RFC 9111).
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Watchword.AspNetCore;

/// <summary>A JSON document that everybody may read and keep for five minutes, such as a key set. Immutable.</summary>
public sealed class PublishedDocument
{
    private const string CacheControl = "public, max-age=300";

    private readonly byte[] _json;
    private readonly EntityTagHeaderValue _tag;
    private readonly string _tagText;

    /// <summary>Makes a document.</summary>
    /// <param name="json">What it says, as UTF-8.</param>
    public PublishedDocument(byte[] json)
    {
        ArgumentNullException.ThrowIfNull(json);
        _json = json;
        _tagText = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"";
        _tag = new EntityTagHeaderValue(_tagText);
    }

    /// <summary>Answers GET with the document, HEAD with its headers alone, and 304 to who has it; other methods are answered 405.</summary>
    /// <param name="context">The request; nothing of the answer may have been sent.</param>
    public Task WriteAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var response = context.Response;
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && !HttpMethods.IsGet(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        response.Headers.ETag = _tagText;
        response.Headers.CacheControl = CacheControl;
        response.Headers.XContentTypeOptions = "nosniff";
        if (IsKnownToCaller(context.Request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        // Not application/jwk-set+json for key sets: several stock clients (KrakenD among them) take nothing but application/json.
        response.ContentType = "application/json";
        response.ContentLength = _json.Length;
        return isHead ? Task.CompletedTask : response.BodyWriter.WriteAsync(_json, context.RequestAborted).AsTask();
    }

    private bool IsKnownToCaller(HttpRequest request)
    {
        var known = request.Headers.IfNoneMatch;
        if (known.Count == 0 || !EntityTagHeaderValue.TryParseList(known, out var tags)) return false;
        foreach (var tag in tags)
        {
            if (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(_tag, useStrongComparison: false)) return true;
        }
        return false;
    }
}
