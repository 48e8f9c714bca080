// The web server around the issuer: what it answers, whom, and how much it reads.
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Watchword.Cli;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ServeKestrelTests
{
    [Theory]
    [InlineData("10.0.0.7", "/oauth2/token", 200)]
    [InlineData("127.0.0.1", "/oauth2/token", 200)]
    [InlineData("10.0.0.8", "/oauth2/token", 403)]
    [InlineData("10.0.0.8", "/healthzz", 403)]
    [InlineData("10.0.0.8", "/healthz/ready", 200)]
    public async Task Behind_a_proxy_only_the_proxy_is_answered(string peer, string path, int status)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        await using var app = builder.Build();
        app.AnswerOnlyProxies(ServeListening.Of("http://0.0.0.0:8480", "https://auth.example", hasCertificate: false, ["10.0.0.7"]));
        app.Run(context => context.Response.WriteAsync("answer"));
        await app.StartAsync();

        var context = await app.GetTestServer().SendAsync(request =>
        {
            request.Connection.RemoteIpAddress = IPAddress.Parse(peer);
            request.Request.Path = path;
            request.Request.Headers["X-Forwarded-For"] = "10.0.0.7";
        });

        Assert.Equal(status, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("10.0.0.7", "192.0.2.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public async Task Behind_a_proxy_a_request_comes_from_where_the_proxy_says(string peer, string address)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        await using var app = builder.Build();
        app.AnswerOnlyProxies(ServeListening.Of("http://0.0.0.0:8480", "https://auth.example", hasCertificate: false, ["10.0.0.7"]));
        app.Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress}"));
        await app.StartAsync();

        var context = await app.GetTestServer().SendAsync(request =>
        {
            request.Connection.RemoteIpAddress = IPAddress.Parse(peer);
            request.Request.Headers["X-Forwarded-For"] = "203.0.113.9, 192.0.2.1";
        });

        using var answer = new StreamReader(context.Response.Body);
        Assert.Equal(address, await answer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_body_above_64_KiB_is_not_read()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.UseKestrel(ServeListening.Of($"http://localhost:{port}", null, hasCertificate: false, []), certificate: null);
        await using var server = await FakeServer.StartAsync(builder.Build(), async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync((await reader.ReadToEndAsync()).Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        using var http = new HttpClient();
        using var fits = await http.PostAsync(new Uri(server.Url), new ByteArrayContent(new byte[64 * 1024]));
        Assert.Equal("65536", await fits.Content.ReadAsStringAsync());
        Assert.Empty(fits.Headers.Server);
        using var tooMuch = await http.PostAsync(new Uri(server.Url), new ByteArrayContent(new byte[64 * 1024 + 1]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooMuch.StatusCode);
    }
}
