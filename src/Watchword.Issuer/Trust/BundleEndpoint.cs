// GET /.well-known/watchword/bundle: whom targets trust beside this issuer, signed or not.
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Trust;

internal sealed class BundleEndpoint(PublishedBundle bundle)
{
    private static ReadOnlySpan<byte> NothingYet =>
        """{"error":"not_found","error_description":"This issuer publishes no trust bundle: nothing was registered yet. An administrator does it with: watchword trust add"}"""u8;

    public Task HandleAsync(HttpContext context) => bundle.Document is { } document ? document.WriteAsync(context) : RefuseAsync(context);

    private static Task RefuseAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status404NotFound;
        response.ContentType = "application/json";
        response.ContentLength = NothingYet.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.BodyWriter.WriteAsync(NothingYet.ToArray(), context.RequestAborted).AsTask();
    }
}
