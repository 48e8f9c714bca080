// A calling service under a steady load: N requests a second to each target, among them some that must be refused.
using Microsoft.AspNetCore.Builder;

namespace Watchword.FaultProcess;

internal static class CallerRole
{
    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        var load = new Load(builder.Configuration);
        var app = builder.Build();
        app.MapGet("/faults/counts", context => context.AnswerAsync(200, load.Tally.ToJson()));
        app.MapPost("/faults/revoked", context =>
        {
            load.Seen.Revoke(context.Request.Query["kid"].ToString(), TimeSpan.FromSeconds(context.Number("within")));
            return Task.CompletedTask;
        });
        app.MapPost("/faults/clock", context =>
        {
            load.Clock.Offset = TimeSpan.FromSeconds(context.Number("seconds"));
            return Task.CompletedTask;
        });
        app.MapPost("/faults/prepare", _ => load.PrepareAsync());
        app.MapPost("/faults/burst", context => load.BurstAsync((int)context.Number("callers")));
        app.MapPost("/faults/stop", _ => load.StopAsync());
        app.Lifetime.ApplicationStarted.Register(load.Start);
        app.Lifetime.ApplicationStopped.Register(load.Dispose);
        return app;
    }
}
