// An embedded issuer. The command-line tool administers it over the socket in its data folder, as it does `watchword serve`.
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Keys;

namespace Watchword.FaultProcess;

internal static class IssuerRole
{
    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        builder.Services.AddWatchwordIssuer(options =>
        {
            options.Issuer = builder.Configuration["issuer"] ?? builder.Configuration.Need("url");
            options.DataFolder = builder.Configuration.Need("data");
            if (builder.Configuration.Seconds("key-rotation") is { } rotation)
            {
                options.KeyPolicy = new KeyPolicy
                {
                    RotationInterval = rotation,
                    Propagation = builder.Configuration.Seconds("key-propagation")!.Value,
                    LongestDelay = builder.Configuration.Seconds("key-delay")!.Value,
                    Retention = builder.Configuration.Seconds("key-retention")!.Value,
                };
            }
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapWatchwordIssuer();
        return app;
    }
}
