// An issuer on loopback that publishes real keys and plays whatever part a test writes for it.
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Trust;

internal sealed class PublishingIssuer : IAsyncDisposable
{
    public const string Audience = "https://billing";
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<SigningKey> _made = new();
    private volatile VerificationKey[] _published = [];
    private volatile RequestDelegate? _keys;
    private volatile RequestDelegate? _metadata;
    private volatile string? _keysUrl;
    private int _keyFetches;
    private int _metadataFetches;
    private int _elsewhere;
    private int _failuresToCome;

    private PublishingIssuer(WebApplication server) => _server = server;

    public string Url { get; private set; } = "";

    public SigningKey Key { get; private set; } = null!;

    public int KeyFetches => Volatile.Read(ref _keyFetches);

    /// <summary>Requests of every kind.</summary>
    public int Fetches => KeyFetches + Volatile.Read(ref _metadataFetches) + Elsewhere;

    /// <summary>Requests for anything but keys and metadata.</summary>
    public int Elsewhere => Volatile.Read(ref _elsewhere);

    public static async Task<PublishingIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var issuer = new PublishingIssuer(server);
        server.Run(issuer.AnswerAsync);
        await server.StartAsync();
        issuer.Url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        issuer.Rotate();
        return issuer;
    }

    /// <summary>Publishes a new key beside the others and signs with it from now on.</summary>
    public void Rotate() => Publish(NewKey(), keepOthers: true);

    public void Publish(SigningKey key, bool keepOthers = false)
    {
        Key = key;
        _published = keepOthers ? [.. _published, key.ToVerificationKey()] : [key.ToVerificationKey()];
    }

    public void AlsoPublish(VerificationKey key) => _published = [.. _published, key];

    public SigningKey NewKey(string? kid = null)
    {
        var key = SigningKey.Generate(SignatureAlgorithm.ES256, kid);
        _made.Enqueue(key);
        return key;
    }

    /// <summary>Answers for the key set by this, until given null.</summary>
    public void AnswerKeysBy(RequestDelegate? answer) => _keys = answer;

    /// <summary>Answers for the metadata by this, until given null.</summary>
    public void AnswerMetadataBy(RequestDelegate? answer) => _metadata = answer;

    public void FailNext(int fetches) => Volatile.Write(ref _failuresToCome, fetches);

    public void NameKeysAt(string url) => _keysUrl = url;

    public string Token(SigningKey? key = null, string? issuer = null, DateTimeOffset? at = null) => JwtSigner.SignAccessToken(key ?? Key, new AccessTokenClaims
    {
        Issuer = issuer ?? Url,
        Subject = "orders",
        ClientId = "orders",
        Audience = Audience,
        IssuedAt = at ?? TimeProvider.System.GetUtcNow(),
        Lifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>A token with the header that is given, as anybody can write one.</summary>
    public string Forged(string header) => Attacks.TokenForge.Sign(header, $$"""{"iss":"{{Url}}"}""", _ => new byte[64]);

    public string ForgedWithKid(string kid) => Forged(Attacks.TokenForge.Header("ES256", kid));

    public static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var key in _made)
            key.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path)
        {
            case "/.well-known/oauth-authorization-server":
                Interlocked.Increment(ref _metadataFetches);
                return _metadata is { } metadata ? metadata(context) : JsonAsync(context, $$"""{"issuer":"{{Url}}","jwks_uri":"{{_keysUrl ?? $"{Url}/keys"}}"}""");
            case "/keys":
                Interlocked.Increment(ref _keyFetches);
                return AnswerKeysAsync(context);
            default:
                Interlocked.Increment(ref _elsewhere);
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    private Task AnswerKeysAsync(HttpContext context)
    {
        if (Interlocked.Decrement(ref _failuresToCome) >= 0)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
        return _keys is { } keys ? keys(context) : JsonAsync(context, Encoding.UTF8.GetString(new KeySet(_published).ToJson()));
    }
}
