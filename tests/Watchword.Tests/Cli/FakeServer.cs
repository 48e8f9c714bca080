// A small web server on a free loopback port or on a socket, which answers whatever a test wants a command to meet.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Watchword.Tests.Cli;

internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static Task<FakeServer> OnLoopbackAsync(RequestDelegate answer) =>
        StartAsync(server => server.Listen(System.Net.IPAddress.Loopback, 0), answer);

    public static Task<FakeServer> OnSocketAsync(string path, RequestDelegate answer) => StartAsync(server => server.ListenUnixSocket(path), answer);

    public static Task<FakeServer> StartAsync(Action<KestrelServerOptions> listen, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        return StartAsync(builder.Build(), answer);
    }

    public static async Task<FakeServer> StartAsync(WebApplication app, RequestDelegate answer)
    {
        app.Run(answer);
        await app.StartAsync();
        return new FakeServer(app);
    }

    public static Task JsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
