// An issuer whose token endpoint does what a test says: right, wrong, slowly or not at all. It speaks real HTTP.
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Watchword.Tests.Client;

internal sealed class ScriptedIssuer : IAsyncDisposable
{
    private readonly ConcurrentQueue<TokenForm> _requests = new();
    private LoopbackServer? _server;
    private int _metadataRequests;

    /// <summary>What a token request carried.</summary>
    public sealed record TokenForm(string? Authorization, string? ContentType, Dictionary<string, string> Form)
    {
        public string ApiKey => Encoding.ASCII.GetString(Convert.FromBase64String(Authorization!["Basic ".Length..])).Split(':')[1];
    }

    /// <summary>What the token endpoint answers; by default tokens t1, t2 … that live 300 s.</summary>
    public RequestDelegate Answer { get; set; } = static context => context.Response.WriteAsync("unset");

    public RequestDelegate? Metadata { get; set; }

    public string Url => _server!.Url;

    public IReadOnlyList<TokenForm> Requests => [.. _requests];

    public int MetadataRequests => Volatile.Read(ref _metadataRequests);

    public static async Task<ScriptedIssuer> StartAsync(X509Certificate2? certificate = null)
    {
        var issuer = new ScriptedIssuer();
        issuer.Answer = issuer.Tokens();
        issuer._server = await LoopbackServer.StartAsync(issuer.RunAsync, certificate);
        return issuer;
    }

    /// <summary>Answers with tokens t1, t2 …, counted over all requests.</summary>
    public RequestDelegate Tokens(int expiresIn = 300, int? refreshIn = null) => context => Json(context, 200,
        $$"""{"access_token":"t{{_requests.Count}}","token_type":"Bearer","expires_in":{{expiresIn}}{{(refreshIn is null ? "" : $",\"refresh_in\":{refreshIn}")}}}""");

    /// <summary>Knows only these API keys; every other is refused as <c>invalid_client</c>.</summary>
    public RequestDelegate TokensFor(params string[] keys) => context =>
        (keys.Contains(_requests.Last().ApiKey) ? Tokens() : Refuses(401, "invalid_client", "No such client."))(context);

    public static RequestDelegate Answers(int status, string body, string type = "application/json") => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    };

    public static RequestDelegate Refuses(int status, string error, string? description = null) =>
        Answers(status, JsonSerializer.Serialize(description is null
            ? new Dictionary<string, string> { ["error"] = error }
            : new Dictionary<string, string> { ["error"] = error, ["error_description"] = description }));

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task RunAsync(HttpContext context)
    {
        if (context.Request.Path == "/.well-known/oauth-authorization-server")
        {
            Interlocked.Increment(ref _metadataRequests);
            await (Metadata ?? (c => Json(c, 200, $$"""{"issuer":"{{Url}}","token_endpoint":"{{Url}}/oauth2/token","jwks_uri":"{{Url}}/.well-known/jwks.json"}""")))(context);
        }
        else if (context.Request.Path == "/oauth2/token")
        {
            var form = await context.Request.ReadFormAsync();
            _requests.Enqueue(new TokenForm(context.Request.Headers.Authorization, context.Request.ContentType, form.ToDictionary(static f => f.Key, static f => f.Value.ToString())));
            await Answer(context);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    private static Task Json(HttpContext context, int status, string body) => Answers(status, body)(context);
}
