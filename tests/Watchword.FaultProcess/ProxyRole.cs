// Stands in front of the issuer, under the issuer's own name: passes everything on and counts it, or answers badly in its place.
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Watchword.FaultProcess;

internal sealed class ProxyRole(Uri issuer) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private volatile string _fault = BadAnswers.None;
    private volatile string _spared = "";

    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        var proxy = new ProxyRole(new Uri(builder.Configuration.Need("to")));
        var app = builder.Build();
        app.MapGet("/faults/there", _ => Task.CompletedTask);
        app.MapGet("/faults/counts", context => context.AnswerAsync(200, proxy.Counts()));
        app.MapPost("/faults/answer", context =>
        {
            proxy._spared = context.Request.Query["but"].ToString();
            proxy._fault = context.Request.Query["with"].ToString();
            return Task.CompletedTask;
        });
        app.Lifetime.ApplicationStopped.Register(proxy.Dispose);
        app.MapFallback("{**path}", proxy.AnswerAsync);
        return app;
    }

    public void Dispose() => _http.Dispose();

    private string Counts() =>
        new JsonObject(_counts.Select(static each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))).ToJsonString();

    private async Task AnswerAsync(HttpContext context)
    {
        var fault = context.Request.Path == _spared ? BadAnswers.None : _fault;
        _counts.AddOrUpdate(context.Request.Path + Who(context.Request) + (fault == BadAnswers.None ? "" : " " + fault), 1, static (_, count) => count + 1);
        try
        {
            await (BadAnswers.Find(fault, context.Request.Path) is { } bad ? bad(context) : PassOnAsync(context, fault == BadAnswers.BrokenKey));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    // A client by its name; a target, which says with each fetch of keys who it is; or nobody in particular.
    private static string Who(HttpRequest request) => AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var basic)
        ? " " + Encoding.ASCII.GetString(Convert.FromBase64String(basic.Parameter!)).Split(':')[0]
        : request.Headers.ContainsKey("Watchword-Key-Holder") ? " target" : "";

    private async Task PassOnAsync(HttpContext context, bool breakKey)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(issuer, context.Request.Path + context.Request.QueryString));
        if (context.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        foreach (var (name, values) in context.Request.Headers.Where(static header => header.Key is "Authorization" or "Accept" || header.Key.StartsWith("Watchword-", StringComparison.Ordinal)))
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        using var answer = await _http.SendAsync(request, context.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (breakKey && BadAnswers.IsKeySet(context.Request.Path))
            body = BadAnswers.WithBrokenKey(body);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in answer.Headers.Where(static header => header.Key is "Cache-Control" or "ETag" or "Date" or "WWW-Authenticate" or "Retry-After"))
            context.Response.Headers[name] = values.ToArray();
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
