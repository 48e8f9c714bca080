// A service under test: a real server on a free loopback port, guarded by the scheme as an application would.
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Tests.Trust;

namespace Watchword.Tests.AspNetCore;

internal sealed class TargetApp : IAsyncDisposable
{
    private readonly WebApplication _server;

    private TargetApp(WebApplication server, CapturedLog log)
    {
        _server = server;
        Log = log;
        Http = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
    }

    public CapturedLog Log { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _server.Services;

    /// <summary>The settings that every scheme needs.</summary>
    public static Dictionary<string, string?> Settings(string issuer, string scheme = "Watchword") => new()
    {
        [$"Authentication:Schemes:{scheme}:Issuer"] = issuer,
        [$"Authentication:Schemes:{scheme}:Audience"] = IssuerDouble.Audience,
    };

    public static Task<TargetApp> StartAsync(
        IssuerDouble issuer, Action<IServiceCollection>? services = null, Action<WebApplication>? endpoints = null) =>
        StartAsync(Settings(issuer.Url), services, endpoints);

    public static async Task<TargetApp> StartAsync(
        Dictionary<string, string?> settings, Action<IServiceCollection>? services = null, Action<WebApplication>? endpoints = null)
    {
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = settings.GetValueOrDefault("environment") });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthorization();
        (services ?? (plain => plain.AddAuthentication().AddWatchword()))(builder.Services);
        var app = builder.Build();
        app.MapGet("/", context => context.Response.WriteAsync(context.User.Identity?.Name ?? "")).RequireAuthorization();
        app.MapGet("/open", context => context.Response.WriteAsync(context.User.Identity?.Name ?? "nobody"));
        app.MapGet("/claims", context => context.Response.WriteAsync(Text(context.User))).RequireAuthorization();
        endpoints?.Invoke(app);
        await app.StartAsync();
        // A request waits for the first keys, but no longer than a slow machine may need for them.
        var gates = app.Services.GetRequiredService<SchemeGates>();
        await FetchingTarget.UntilAsync(() => gates.Names.SelectMany(name => gates.Of(name).Keys).All(keys => keys.Keys > 0 || !IssuerDouble.Publishes(keys.Issuer)));
        return new TargetApp(app, log);
    }

    /// <summary>The scheme as it is, at a target whose time limits do not strike.</summary>
    public static void Patient(IServiceCollection services) => services.AddAuthentication().AddWatchword(options => options.TimeProvider = new PatientClock());

    public Task<HttpResponseMessage> GetAsync(string path, string? token) => SendAsync(path, token is null ? null : $"Bearer {token}");

    public async Task<HttpResponseMessage> SendAsync(string path, params string?[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var value in authorization.OfType<string>())
            request.Headers.TryAddWithoutValidation("Authorization", value);
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private static string Text(ClaimsPrincipal user) =>
        string.Join('\n', user.Claims.Select(claim => $"{claim.Type}={claim.Value} ({claim.ValueType.Split('#')[^1]})"));
}

internal static class Answers
{
    /// <summary>The challenges of an answer, as they stand in it.</summary>
    public static string[] Challenges(this HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out HeaderStringValues values) ? [.. values] : [];

    public static string Challenge(this HttpResponseMessage answer) => Assert.Single(answer.Challenges());

}
