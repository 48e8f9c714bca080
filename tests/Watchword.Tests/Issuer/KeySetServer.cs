// A resource on loopback that publishes its encryption keys, or whatever else a test wants the issuer to meet there.
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Watchword.Jwe;
using Watchword.Tests.Client;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

internal sealed class KeySetServer : IAsyncDisposable
{
    private readonly List<DecryptionKey> _keys = [];
    private LoopbackServer? _server;
    private volatile RequestDelegate _answer = _ => Task.CompletedTask;
    private int _fetches;

    public string Url => _server!.Url + "/.well-known/watchword/keys";

    public int Fetches => Volatile.Read(ref _fetches);

    public static async Task<KeySetServer> StartAsync(X509Certificate2? certificate = null)
    {
        var resource = new KeySetServer();
        resource._server = await LoopbackServer.StartAsync(resource.CountAsync, certificate);
        return resource;
    }

    /// <summary>Publishes a new key, and no other.</summary>
    public DecryptionKey Publish(KeyManagementAlgorithm? algorithm = null, string? keyId = null)
    {
        var key = DecryptionKey.Generate(algorithm ?? KeyManagementAlgorithm.EcdhEs, keyId);
        _keys.Add(key);
        AnswerText(Encoding.UTF8.GetString(new EncryptionKeySet([key.ToEncryptionKey()]).ToJson()));
        return key;
    }

    public void AnswerText(string json) => AnswerBy(context => PublishingIssuer.JsonAsync(context, json));

    public void AnswerStatus(int status) => AnswerBy(context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public void AnswerBy(RequestDelegate answer) => _answer = answer;

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _keys.ForEach(key => key.Dispose());
    }

    private Task CountAsync(HttpContext context)
    {
        Interlocked.Increment(ref _fetches);
        return _answer(context);
    }
}
