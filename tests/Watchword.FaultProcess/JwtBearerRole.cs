// The peer: the same target guarded by Microsoft's JwtBearer with its defaults; it finds metadata and keys by itself.
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Watchword.FaultProcess;

internal static class JwtBearerRole
{
    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // else it leaves keys in the home folder
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.Authority = builder.Configuration.Need("issuer");
            options.Audience = builder.Configuration.Need("audience");
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
        });
        var app = builder.Build();
        app.MapGet("/", context => context.Response.WriteAsync("yes")).RequireAuthorization();
        return app;
    }
}
