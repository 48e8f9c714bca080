// Tokens encrypted to a key that the resource publishes: fetched, kept, replaced; and no token where it cannot be had (SECURITY.md items 31, 32).
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer;
using Watchword.Jwe;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

public sealed class PublishedEncryptionKeyTests
{
    private const string Shipping = "https://shipping";
    private const string Silence = "no answer";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static Dictionary<string, RequestDelegate> Troubles => new()
    {
        ["500"] = context => StatusAsync(context, 500),
        ["404"] = context => StatusAsync(context, 404),
        ["redirect"] = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return StatusAsync(context, 302);
        },
        ["HTML"] = context => PublishingIssuer.JsonAsync(context, "<!DOCTYPE html><html><body>It works!</body></html>"),
        ["no body"] = _ => Task.CompletedTask,
        ["closed"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        },
        [Silence] = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted),
        ["24 MB"] = LargeAsync,
        ["empty set"] = context => PublishingIssuer.JsonAsync(context, """{"keys":[]}"""),
        ["a key for signatures"] = context => PublishingIssuer.JsonAsync(context, $"{{\"keys\":[{Attacks.TokenForge.EcJwk("e")}]}}"),
        ["a symmetric key"] = context => PublishingIssuer.JsonAsync(
            context, """{"keys":[{"kty":"oct","alg":"A256KW","use":"enc","kid":"s","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]}"""),
        ["a weak key"] = context => PublishingIssuer.JsonAsync(
            context, $$"""{"keys":[{"kty":"RSA","use":"enc","kid":"w","n":"{{new string('_', 171)}}w","e":"AQAB"}]}"""),
        ["a key without end"] = context => PublishingIssuer.JsonAsync(context, Named(new string('k', 300))),
    };

    [Fact]
    public async Task Published_key_is_fetched_once_and_used()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        var key = resource.Publish();
        var shown = (await server.EncryptAsync(resource.Url)).GetProperty("encryption");
        Assert.Equal(["url", "enc", "alg", "kid"], shown.EnumerateObject().Select(member => member.Name));
        Assert.Equal((resource.Url, key.KeyId), (shown.GetProperty("url").GetString(), shown.GetProperty("kid").GetString()));
        for (var i = 0; i < 5; i++)
            Assert.True((await server.ReadAsync((await server.AskAsync(client)).Token, _clock, key)).IsAccepted);
        Assert.Equal(1, resource.Fetches);
    }

    [Fact]
    public async Task Of_several_keys_the_first_that_can_be_used_is_taken()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        var (first, second) = (resource.Publish(keyId: "first"), resource.Publish(keyId: "second"));
        resource.AnswerText($$"""{"keys":[null,{"kty":"EC","use":"enc","crv":"P-256","x":"AA","y":"AA"},{{Attacks.TokenForge.EcJwk("e")}},{{EncryptedResource.PublicJson(first)}},{{EncryptedResource.PublicJson(second)}}]}""");
        await server.EncryptAsync(resource.Url);
        Assert.Equal("first", KeyId(await server.AskAsync(client)));
    }

    [Fact]
    public async Task After_a_restart_the_first_token_fetches_the_key_once_for_all()
    {
        using var data = new TempFolder();
        await using var resource = await KeySetServer.StartAsync();
        var key = resource.Publish();
        TestClient client;
        await using (var server = await StartAsync(options => options.DataFolder = Path.Combine(data.Path, "data")))
        {
            client = await server.AddClientAsync();
            await server.EncryptAsync(resource.Url);
        }
        await using var again = await StartAsync(options => options.DataFolder = Path.Combine(data.Path, "data"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => again.AskAsync(client)));
        Assert.All(replies, reply => Assert.Equal(key.KeyId, KeyId(reply)));
        Assert.Equal(2, resource.Fetches);
    }

    [Fact]
    public async Task Replaced_key_is_picked_up_after_ten_minutes_and_at_once_when_nobody_asked_for_a_while()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        var first = resource.Publish();
        await server.EncryptAsync(resource.Url);
        var second = resource.Publish();

        _clock.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(first.KeyId, KeyId(await server.AskAsync(client)));
        Assert.Equal(1, resource.Fetches);
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(first.KeyId, KeyId(await server.AskAsync(client)));
        await Eventually.IsSoAsync(async () => KeyId(await server.AskAsync(client)) == second.KeyId);
        Assert.Equal(2, resource.Fetches);

        var third = resource.Publish();
        _clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(third.KeyId, KeyId(await server.AskAsync(client)));
    }

    [Fact]
    public async Task Known_key_is_used_on_for_a_day_while_the_resource_is_in_trouble()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        var key = resource.Publish();
        await server.EncryptAsync(resource.Url);
        resource.AnswerText("""{"keys":[]}""");

        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(key.KeyId, KeyId(await server.AskAsync(client)));
        await Eventually.IsSoAsync(async () => (await EncryptionAsync(server)).TryGetProperty("warning", out _));
        Assert.Equal(key.KeyId, (await EncryptionAsync(server)).GetProperty("kid").GetString());
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(key.KeyId, KeyId(await server.AskAsync(client)));

        _clock.Advance(TimeSpan.FromHours(1));
        (await server.AskAsync(client)).Refused(503, "temporarily_unavailable");
        Assert.False((await EncryptionAsync(server)).TryGetProperty("kid", out _));

        var next = resource.Publish();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(next.KeyId, KeyId(await server.AskAsync(client)));
        Assert.False((await EncryptionAsync(server)).TryGetProperty("warning", out _));
    }

    [Fact]
    public async Task Registering_again_fetches_at_once()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        resource.Publish();
        await server.EncryptAsync(resource.Url);
        var next = resource.Publish();
        await server.EncryptAsync(resource.Url);
        Assert.Equal(next.KeyId, KeyId(await server.AskAsync(client)));

        resource.AnswerStatus(500);
        Assert.Contains("500", Warning(await server.EncryptAsync(resource.Url)));
        resource.Publish(keyId: "back");
        Assert.Equal("back", (await server.EncryptAsync(resource.Url)).GetProperty("encryption").GetProperty("kid").GetString());
        Assert.Equal("back", KeyId(await server.AskAsync(client)));
    }

    // All at once: nearly all of the time is waiting.
    [Fact]
    public Task Without_its_key_a_resource_gets_no_token_and_others_do() => Task.WhenAll(Troubles.Select(async trouble =>
    {
        try
        {
            await using var resource = await KeySetServer.StartAsync();
            resource.AnswerBy(trouble.Value);
            await RefusedAsync(resource.Url, resource, isSilent: trouble.Key == Silence);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"With '{trouble.Key}': {fault.Message}", fault);
        }
    }));

    [Theory]
    [InlineData("http://127.0.0.1:1/keys")]
    [InlineData("https://localhost:1/keys")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://no-such-host.invalid/keys")]
    public Task Place_that_cannot_be_reached_is_a_refusal_too(string url) => RefusedAsync(url);

    [Fact]
    public async Task Dead_place_is_not_stormed_and_recovers()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        resource.AnswerStatus(500);
        await server.EncryptAsync(resource.Url);
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.AskAsync(client)));
        Assert.All(replies, reply => reply.Refused(503, "temporarily_unavailable"));
        Assert.Equal(1, resource.Fetches);

        _clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.AskAsync(client)));
        Assert.Equal(2, resource.Fetches);

        var key = resource.Publish();
        _clock.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal(key.KeyId, KeyId(await server.AskAsync(client)));
    }

    [Fact]
    public async Task Only_tokens_that_were_issued_are_counted()
    {
        await using var server = await StartAsync();
        await using var resource = await KeySetServer.StartAsync();
        var client = await server.AddClientAsync();
        resource.AnswerStatus(500);
        await server.EncryptAsync(resource.Url);
        (await server.AskAsync(client)).Refused(503, "temporarily_unavailable");
        var credential = (await server.AdminAsync(HttpMethod.Get, $"clients/{client.Id}/credentials")).GetProperty("credentials")[0];
        Assert.False(credential.TryGetProperty("last_used", out _));
    }

    [Fact]
    public async Task Key_of_a_resource_with_a_private_authority_is_fetched_with_its_file_alone()
    {
        using var data = new TempFolder();
        using var authority = new Watchword.Tests.Cli.TestAuthority();
        var (pem, pemKey) = authority.Issue("billing");
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem, pemKey);
        await using var resource = await KeySetServer.StartAsync(certificate);
        resource.Publish();
        var url = resource.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        foreach (var file in new[] { data.Write("ca.pem", authority.Pem), null })
        {
            await using var server = await StartAsync(options => options.CaFile = file);
            var client = await server.AddClientAsync();
            await server.EncryptAsync(url);
            Assert.Equal(file is null ? 503 : 200, (await server.AskAsync(client)).Status);
        }
    }

    // By a clock of its own that goes only when told: a slow machine ends no pause between fetches, and no limit strikes because of it.
    private async Task RefusedAsync(string url, KeySetServer? resource = null, bool isSilent = false)
    {
        var clock = new FakeTimeProvider(_clock.GetUtcNow());
        await using var server = await StartAsync(clock: clock);
        var client = await server.AddClientAsync();
        var other = await server.AddClientAsync(resource: Shipping);
        var registering = server.EncryptAsync(url);
        Assert.Equal(200, (await server.AskAsync(other)).Status);
        await FetchedAsync(1);
        var registered = await registering;
        Assert.EndsWith(".", Warning(registered), StringComparison.Ordinal);
        Assert.False(registered.GetProperty("encryption").TryGetProperty("kid", out _));
        await NoTokenAsync(server, client);
        if (resource is not null)
            Assert.Equal(1, resource.Fetches);

        clock.Advance(TimeSpan.FromSeconds(2));
        var asking = NoTokenAsync(server, client);
        await FetchedAsync(2);
        await asking;
        if (resource is not null)
            Assert.Equal(2, resource.Fetches);
        Assert.Equal(200, (await server.AskAsync(other)).Status);
        Assert.Contains(server.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(url, StringComparison.Ordinal));

        // Nothing but its limit ends a fetch that is not answered.
        async Task FetchedAsync(int fetches)
        {
            if (!isSilent)
                return;
            await FetchingTarget.UntilAsync(() => resource!.Fetches == fetches);
            clock.Advance(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task NoTokenAsync(IssuerServer server, TestClient client)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.AskAsync(client)));
        Assert.All(replies, reply =>
        {
            reply.Refused(503, "temporarily_unavailable");
            Assert.Contains("encrypted", reply.Json.GetProperty("error_description").GetString());
            Assert.NotNull(reply.Http.Headers.RetryAfter);
        });
    }

    private static string Named(string keyId)
    {
        using var key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, keyId);
        return System.Text.Encoding.UTF8.GetString(new EncryptionKeySet([key.ToEncryptionKey()]).ToJson());
    }

    private static async Task<JsonElement> EncryptionAsync(IssuerServer server) =>
        (await server.AdminAsync(HttpMethod.Get, "resources?resource=https%3A%2F%2Fbilling")).GetProperty("encryption");

    private static string Warning(JsonElement resource) => resource.GetProperty("encryption").GetProperty("warning").GetString()!;

    private static string? KeyId(TokenReply reply) => reply.Header().GetProperty("kid").GetString();

    private Task<IssuerServer> StartAsync(Action<IssuerOptions>? options = null, TimeProvider? clock = null) => IssuerServer.StartAsync(builder =>
    {
        builder.Services.AddSingleton(clock ?? _clock);
        if (options is not null)
            builder.Services.PostConfigure(options);
    });

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task LargeAsync(HttpContext context)
    {
        var spaces = new byte[1 << 20];
        spaces.AsSpan().Fill((byte)' ');
        for (var i = 0; i < 24; i++)
            await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
    }
}
