// /healthz/live: the process is up. /healthz/ready: the database answers and a signing key is there.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer;

internal sealed class HealthEndpoint(Database database, KeyRing keys, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live");

    public static Task NotReadyAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unready");

    public async Task ReadyAsync(HttpContext context)
    {
        if (keys.Published.Keys.Count > 0 && await DatabaseAnswersAsync(context.RequestAborted))
            await WriteAsync(context, StatusCodes.Status200OK, "ready");
        else
            await NotReadyAsync(context);
    }

    private async Task<bool> DatabaseAnswersAsync(CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            return await database.IsReadyAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string word)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = word.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(word, context.RequestAborted);
    }
}
