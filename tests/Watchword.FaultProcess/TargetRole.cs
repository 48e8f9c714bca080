// A target guarded by Watchword, set up as an application would; a test moves its clock and asks why it refused what it refused.
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
        builder.Services.AddAuthentication().AddWatchword(options => options.TimeProvider = clock);
        var refusals = new Refusals();
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(refusals.Dispose);
        app.MapGet("/", context => context.Response.WriteAsync("yes")).RequireAuthorization();
        app.MapGet("/faults/refusals", context => context.AnswerAsync(200, refusals.ToJson()));
        app.MapPost("/faults/clock", context =>
        {
            clock.Offset = TimeSpan.FromSeconds(context.Number("seconds"));
            return Task.CompletedTask;
        });
        return app;
    }
}
