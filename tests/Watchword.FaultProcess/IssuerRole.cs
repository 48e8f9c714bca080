// An embedded issuer. The command-line tool administers it over the socket in its data folder, as it does `watchword serve`.
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

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
        });
        var app = builder.Build();
        app.UseRouting();
        app.MapWatchwordIssuer();
        return app;
    }
}
