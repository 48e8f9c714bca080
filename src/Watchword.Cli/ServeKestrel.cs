// The web server around the issuer: one address, tight limits, and TLS with a certificate that can change.
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Watchword.Cli;

/// <summary>Sets up Kestrel for `watchword serve`.</summary>
internal static class ServeKestrel
{
    /// <summary>Listens where <paramref name="listening"/> says, with the limits of an issuer: its largest request is a form of 64 KiB.</summary>
    public static void UseKestrel(this WebApplicationBuilder builder, ServeListening listening, ServeCertificate? certificate)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 64 * 1024;
            server.Limits.MaxRequestHeaderCount = 64;
            server.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            server.Limits.MaxRequestLineSize = 8 * 1024;
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            server.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
            server.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
            server.Limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
            server.Limits.MaxConcurrentConnections = 10_000;
            Listen(server, listening, endpoint => Configure(endpoint, certificate));
        });
    }

    /// <summary>
    /// Behind a proxy, everybody else is refused: what they send came over the network in the clear. Health checks are harmless. From here on the
    /// address of a request is the one that the proxy states.
    /// </summary>
    public static void AnswerOnlyProxies(this WebApplication app, ServeListening listening)
    {
        if (listening.Proxies.Count == 0)
            return;

        app.Use(next => context =>
        {
            var connection = context.Connection;
            if (listening.Answers(connection.RemoteIpAddress) || context.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal))
            {
                connection.RemoteIpAddress = ForwardedAddress.Of(connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"], listening.IsProxy);
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(
                $$"""{"error":"access_denied","error_description":"This address answers only its proxy; call {{listening.Issuer}} instead."}""");
        });
    }

    private static void Listen(KestrelServerOptions server, ServeListening listening, Action<ListenOptions> configure)
    {
        var host = listening.Url.Host.Trim('[', ']');
        if (host == "localhost")
            server.ListenLocalhost(listening.Url.Port, configure);
        else if (IPAddress.TryParse(host, out var address))
            server.Listen(address, listening.Url.Port, configure);
        else
            server.ListenAnyIP(listening.Url.Port, configure);
    }

    private static void Configure(ListenOptions endpoint, ServeCertificate? certificate)
    {
        if (certificate is null)
        {
            endpoint.Protocols = HttpProtocols.Http1;
            return;
        }

        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }
}
