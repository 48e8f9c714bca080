// A target guarded by Watchword, set up as an application would; a test moves its clock.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;

namespace Watchword.FaultProcess;

internal static class TargetRole
{
    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        var clock = new MovableClock { Offset = builder.Configuration.Seconds("offset") ?? TimeSpan.Zero };
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddWatchword(options =>
        {
            options.TimeProvider = clock;
            options.ShortestKeyRefresh = TimeSpan.FromMilliseconds(100);
        });
        builder.Services.AddHealthChecks().AddWatchword();
        var app = builder.Build();
        app.MapGet("/", context => context.Response.WriteAsync("yes")).RequireAuthorization();
        app.MapHealthChecks("/healthz");
        app.MapPost("/faults/clock", context =>
        {
            clock.Offset = TimeSpan.FromSeconds(context.Number("seconds"));
            return Task.CompletedTask;
        });
        return app;
    }
}
