// The ways in which an issuer can be out of order, as SECURITY 35 lists them.
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Watchword.FaultProcess;

internal static class BadAnswers
{
    public const string None = "none";
    public const string BrokenKey = "broken-key";
    private const string Empty = "empty";
    private const int Huge = 24 * 1024 * 1024;

    private static readonly Dictionary<string, RequestDelegate> All = new()
    {
        ["500"] = context => context.AnswerAsync(500, """{"error":"server_error"}"""),
        ["html"] = context => context.AnswerAsync(200, "<!DOCTYPE html><title>Welcome</title><p>It works!", "text/html"),
        ["nothing"] = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted),
        ["huge"] = context => context.AnswerAsync(200, $$"""{"keys":[],"filler":"{{new string('x', Huge)}}"}"""),
        [Empty] = context => context.AnswerAsync(200, """{"keys":[]}"""),
        ["trickle"] = TrickleAsync,
        ["down"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        },
    };

    public static bool IsKeySet(PathString path) => path == "/.well-known/jwks.json";

    /// <summary>The answer of a fault to a request; null where the issuer itself answers, rightly or with one key of its set broken.</summary>
    public static RequestDelegate? Find(string name, PathString path) => name switch
    {
        None or BrokenKey => null,
        Empty when !IsKeySet(path) => null,
        _ => All[name],
    };

    /// <summary>The same key set with one key before the others that nothing can be done with.</summary>
    public static byte[] WithBrokenKey(byte[] keySet)
    {
        var set = JsonNode.Parse(keySet)!;
        set["keys"]!.AsArray().Insert(0, JsonNode.Parse("""{"kty":"EC","crv":"P-256","alg":"ES256","kid":"broken","x":"AAAA","y":"%%%%"}"""));
        return Encoding.UTF8.GetBytes(set.ToJsonString());
    }

    private static async Task TrickleAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 1000;
        for (var i = 0; i < 1000; i++)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, context.RequestAborted);
        }
    }
}
