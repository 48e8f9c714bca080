// Reads the body of a token request within its bounds. The framework's own form reader answers some malformed bodies with a 500.
using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Watchword.Issuer.Tokens;

internal sealed class TokenFormReader(TimeProvider clock)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>A token request is a few hundred bytes: whoever needs longer is not sending one.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const string FormType = "application/x-www-form-urlencoded";

    public async ValueTask<(TokenForm? Form, TokenError? Error)> ReadAsync(HttpContext context)
    {
        if (CheckHead(context.Request) is { } refused) return (null, refused);

        var reader = context.Request.BodyReader;
        CancellationTokenSource? deadline = null;
        try
        {
            while (true)
            {
                // The body of nearly every request has arrived with its head; only for the others is there a timer.
                if (!reader.TryRead(out var read))
                {
                    deadline ??= new CancellationTokenSource(Timeout, clock);
                    read = await reader.ReadAsync(deadline.Token);
                }
                if (read.Buffer.Length > MaxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return (null, TokenError.TooLarge);
                }
                if (read.IsCompleted) return Parse(reader, read.Buffer);
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (deadline is { IsCancellationRequested: true })
        {
            return (null, TokenError.TooSlow);
        }
        catch (BadHttpRequestException fault)
        {
            // The server's own limits: broken chunks, too slow, too large.
            return (null, new TokenError(fault.StatusCode, "invalid_request", "The request body could not be read."));
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private static (TokenForm?, TokenError?) Parse(PipeReader reader, ReadOnlySequence<byte> body)
    {
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        _ = TokenForm.TryParse(bytes, out var form, out var error);
        reader.AdvanceTo(body.End);
        return (form, error);
    }

    private static TokenError? CheckHead(HttpRequest request)
    {
        if (request.QueryString.Value is { Length: > 1 })
            return TokenError.InvalidRequest("Parameters belong in the request body, never in the URL.");
        if (request.Headers.ContentEncoding.Count > 0)
            return TokenError.InvalidRequest("The request body must not be compressed.");
        if (!IsForm(request))
            return TokenError.InvalidRequest("The content type must be application/x-www-form-urlencoded, in UTF-8.");
        return request.ContentLength > MaxBytes ? TokenError.TooLarge : null;
    }

    private static bool IsForm(HttpRequest request)
    {
        var types = request.Headers.ContentType;
        if (types.Count != 1) return false;
        if (FormType.Equals(types[0], StringComparison.OrdinalIgnoreCase)) return true;
        if (!MediaTypeHeaderValue.TryParse(types[0], out var type)) return false;
        if (!type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase)) return false;
        return type.Parameters.Count == 1
            && type.Parameters[0].Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Parameters[0].Value).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }
}
