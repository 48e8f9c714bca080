// An issuer for tests: a real server that publishes real keys, and misbehaves on demand.
using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

internal sealed class IssuerDouble : IAsyncDisposable
{
    public const string Audience = "https://billing";
    private static readonly ConcurrentDictionary<string, IssuerDouble> Running = new();
    private readonly List<SigningKey> _made = [];
    private readonly X509Certificate2? _certificate;
    private volatile SigningKey[] _published;
    private volatile RequestDelegate? _fault;
    private WebApplication? _server;
    private int _fetches;

    /// <summary>An issuer that is not up yet, on a port that is free now.</summary>
    public IssuerDouble(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        Url = $"{(certificate is null ? "http" : "https")}://127.0.0.1:{FreePort.Next()}";
        Key = NewKey();
        _published = [Key];
    }

    public string Url { get; }

    public SigningKey Key { get; private set; }

    public int KeyFetches => Volatile.Read(ref _fetches);

    /// <summary>Whether a target of this issuer will have its keys soon: it is up, behaves, and needs no authority of its own.</summary>
    public static bool Publishes(string issuer) => Running.TryGetValue(issuer, out var one) && one is { _fault: null, _certificate: null };

    public static async Task<IssuerDouble> StartedAsync()
    {
        var issuer = new IssuerDouble();
        await issuer.StartAsync();
        return issuer;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(Url);
        builder.WebHost.ConfigureKestrel(server => server.ConfigureHttpsDefaults(https => https.ServerCertificate = _certificate));
        _server = builder.Build();
        _server.MapGet("/.well-known/oauth-authorization-server", (RequestDelegate)MetadataAsync);
        _server.MapGet("/.well-known/openid-configuration", (RequestDelegate)MetadataAsync);
        _server.MapGet("/.well-known/jwks.json", (RequestDelegate)KeysAsync);
        await _server.StartAsync();
        Running[Url] = this;
    }

    /// <summary>Makes a key that signs from now on; it is published with the others.</summary>
    public void Rotate()
    {
        Key = NewKey();
        _published = [.. _published, Key];
    }

    /// <summary>Answers requests for the key set with something else, until given null.</summary>
    public void Misbehave(RequestDelegate? fault) => _fault = fault;

    /// <summary>Answers with the keys.</summary>
    public Task PublishAsync(HttpContext context) => JsonAsync(context, Encoding.UTF8.GetString(new KeySet(_published.Select(key => key.ToVerificationKey())).ToJson()));

    public string Token(
        string? scope = "invoices:read", string client = "orders", string audience = Audience, string? issuer = null,
        TimeSpan age = default, TimeSpan? lifetime = null, SigningKey? key = null) =>
        JwtSigner.SignAccessToken(key ?? Key, new AccessTokenClaims
        {
            Issuer = issuer ?? Url,
            Subject = client,
            ClientId = client,
            Audience = audience,
            Scope = scope,
            IssuedAt = TimeProvider.System.GetUtcNow() - age,
            Lifetime = lifetime ?? TimeSpan.FromMinutes(5),
        });

    /// <summary>A token with claims of one's own beside those that must be there.</summary>
    public string TokenWith(string moreClaims, string? issuerJson = null)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var issuer = issuerJson ?? $"\"{Url}\"";
        var payload = $$"""
            {"iss":{{issuer}},"sub":"orders","client_id":"orders","aud":"{{Audience}}","jti":"1","iat":{{now}},"exp":{{now + 300}},{{moreClaims}}}
            """;
        return JwtSigner.Sign(Key, Encoding.UTF8.GetBytes(payload), "at+jwt");
    }

    public async ValueTask DisposeAsync()
    {
        Running.TryRemove(Url, out _);
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (var key in _made)
            key.Dispose();
    }

    private SigningKey NewKey()
    {
        var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        _made.Add(key);
        return key;
    }

    private Task MetadataAsync(HttpContext context) => JsonAsync(context,
        $$"""{"issuer":"{{Url}}","token_endpoint":"{{Url}}/oauth2/token","jwks_uri":"{{Url}}/.well-known/jwks.json","response_types_supported":[]}""");

    private Task KeysAsync(HttpContext context)
    {
        Interlocked.Increment(ref _fetches);
        return _fault is { } fault ? fault(context) : PublishAsync(context);
    }

    private static Task JsonAsync(HttpContext context, string json)
    {
        // Kestrel's own is as old as its last look at the clock.
        context.Response.Headers.Date = TimeProvider.System.GetUtcNow().ToString("r");
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
