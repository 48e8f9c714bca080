// An issuer that only publishes: metadata and keys, so that a test can sign whatever it likes with a key that is trusted.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Servers;

internal sealed class PublishedIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PublishedIssuer(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    public string Url { get; }

    public SigningKey Key { get; } = SigningKey.Generate(SignatureAlgorithm.ES256);

    public static async Task<PublishedIssuer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        builder.WebHost.UseKestrelCore().UseUrls(url);
        Microsoft.Extensions.DependencyInjection.RoutingServiceCollectionExtensions.AddRoutingCore(builder.Services);
        var app = builder.Build();
        var issuer = new PublishedIssuer(app, url);
        var metadata = $$"""{"issuer":"{{url}}","token_endpoint":"{{url}}/oauth2/token","jwks_uri":"{{url}}/keys"}""";
        var keys = new KeySet([issuer.Key.ToVerificationKey()]).ToJson();
        app.UseRouting();
        app.MapGet("/.well-known/{name}", context => WriteAsync(context, System.Text.Encoding.UTF8.GetBytes(metadata)));
        app.MapGet("/keys", context => WriteAsync(context, keys));
        await app.StartAsync();
        return issuer;
    }

    /// <summary>A token as this issuer would have issued it some time ago.</summary>
    public string Sign(string audience, TimeSpan age, TimeSpan lifetime) => JwtSigner.SignAccessToken(Key, new AccessTokenClaims
    {
        Issuer = Url,
        Subject = "orders",
        ClientId = "orders",
        Audience = audience,
        Scope = "invoices:read",
        IssuedAt = TimeProvider.System.GetUtcNow() - age,
        Lifetime = lifetime,
    });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private static async Task WriteAsync(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(json);
    }
}
