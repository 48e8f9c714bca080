// A public document that caches may keep: bytes made once, a strong ETag, GET and HEAD (RFC 9110 §8.8.3, §13.1.2; RFC 9111).
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Watchword.AspNetCore;

/// <summary>A document that everybody may read and keep for five minutes, such as a key set. Immutable.</summary>
public sealed class PublishedDocument
{
    private const string CacheControl = "public, max-age=300";

    private readonly byte[] _content;
    private readonly string _contentType;
    private readonly EntityTagHeaderValue _tag;
    private readonly string _tagText;

    /// <summary>Makes a document.</summary>
    /// <param name="content">What it says.</param>
    /// <param name="contentType">
    /// Its media type. JSON by default, for key sets too in place of <c>application/jwk-set+json</c>: several stock clients (KrakenD among
    /// them) take nothing else.
    /// </param>
    public PublishedDocument(byte[] content, string contentType = "application/json")
    {
        ArgumentNullException.ThrowIfNull(content);
        _content = content;
        _contentType = contentType;
        _tagText = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
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
        response.ContentType = _contentType;
        response.ContentLength = _content.Length;
        return isHead ? Task.CompletedTask : response.BodyWriter.WriteAsync(_content, context.RequestAborted).AsTask();
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
