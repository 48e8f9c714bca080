// A called service that notes what it received and answers as a test says.
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Watchword.Tests.Client;

internal sealed class ScriptedTarget : IAsyncDisposable
{
    public const string InvalidToken = "Bearer error=\"invalid_token\", error_description=\"The token has expired.\"";

    private readonly ConcurrentQueue<Call> _calls = new();
    private LoopbackServer? _server;

    /// <summary>One request as it arrived.</summary>
    public sealed record Call(string Method, string PathAndQuery, string? Authorization, string? Marker, string Body);

    /// <summary>Tokens that are answered with 401 invalid_token.</summary>
    public Func<string, bool> Refuses { get; set; } = static _ => false;

    /// <summary>What is answered otherwise.</summary>
    public RequestDelegate Answer { get; set; } = static context => context.Response.WriteAsync("fine");

    public string Url => _server!.Url;

    public IReadOnlyList<Call> Calls => [.. _calls];

    public static async Task<ScriptedTarget> StartAsync()
    {
        var target = new ScriptedTarget();
        target._server = await LoopbackServer.StartAsync(target.RunAsync);
        return target;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RunAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        string? authorization = context.Request.Headers.Authorization;
        _calls.Enqueue(new Call(context.Request.Method, context.Request.Path + context.Request.QueryString, authorization, context.Request.Headers["X-Marker"], body));
        if (authorization is not null && Refuses(authorization["Bearer ".Length..]))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = InvalidToken;
            return;
        }
        await Answer(context);
    }
}
