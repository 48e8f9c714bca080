// One server under load: the same minimal endpoint bare, behind the framework's own cost, behind JwtBearer, behind Watchword.
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Watchword.AspNetCore;

namespace Watchword.Bench.Http;

internal static class TargetServer
{
    public const string Bare = "bare";
    public const string Floor = "floor";
    public const string JwtBearer = "jwtbearer";
    public const string Watchword = "watchword";

    /// <summary>Serves until the process is ended, and prints its URL once it listens.</summary>
    public static async Task RunAsync(string kind, string algorithm, string issuer, string keyFile)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (kind != Bare)
        {
            builder.Services.AddAuthorization();
            Add(builder.Services.AddAuthentication(), kind, algorithm, issuer, await File.ReadAllTextAsync(keyFile));
        }
        var app = builder.Build();
        var endpoint = app.MapGet("/", context => context.Response.WriteAsync("ok"));
        if (kind != Bare)
            endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireClaim("scope", Workload.Scope));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync();
    }

    private static void Add(AuthenticationBuilder authentication, string kind, string algorithm, string issuer, string key)
    {
        switch (kind)
        {
            case Floor:
                authentication.AddScheme<AuthenticationSchemeOptions, ReadyHandler>("Ready", null);
                break;
            case JwtBearer:
                authentication.AddJwtBearer(options =>
                {
                    options.MapInboundClaims = false;
                    options.TokenValidationParameters = new TokenValidationParameters
                    {
                        ValidIssuer = issuer,
                        ValidAudience = Workload.Audience,
                        ValidTypes = ["at+jwt"],
                        ValidAlgorithms = [algorithm],
                        IssuerSigningKey = new JsonWebKey(key),
                    };
                });
                break;
            default:
                authentication.AddWatchword(options =>
                {
                    options.Issuer = issuer;
                    options.Audience = Workload.Audience;
                    options.SharedSecret = algorithm == "HS256" ? key : null;
                });
                break;
        }
    }

    // What nobody who plugs into the framework can be faster than: a principal that is ready, a header that is not even looked at.
    private sealed class ReadyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        private static readonly ClaimsPrincipal Ready = new(new ClaimsIdentity(
            [new("iss", "i"), new("sub", "orders"), new("aud", "a"), new("client_id", "orders"), new("scope", Workload.Scope)], "Ready", "sub", "roles"));

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(Ready, "Ready")));
    }
}
