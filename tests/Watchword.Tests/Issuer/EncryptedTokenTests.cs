// Tokens encrypted to the key of their resource: the resource reads them, the caller notices nothing, and a plain one is never issued instead.
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class EncryptedTokenTests
{
    public static TheoryData<string, string?> Algorithms => new()
    {
        { "RSA-OAEP", null }, { "RSA-OAEP-256", null }, { "ECDH-ES", null }, { "ECDH-ES+A128KW", null }, { "ECDH-ES+A256KW", null },
        { "ECDH-ES", "A128GCM" }, { "ECDH-ES", "A128CBC-HS256" }, { "RSA-OAEP-256", "A256CBC-HS512" },
    };

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Token_is_read_by_the_resource_alone(string algorithm, string? enc)
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        var plain = await server.AskAsync(client);
        using var key = KeyFor(algorithm);
        var shown = (await server.EncryptAsync(key, enc)).GetProperty("encryption");

        var reply = await server.AskAsync(client);
        Assert.Equal(plain.Json.EnumerateObject().Select(member => member.Name), reply.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal((plain.Scope, "Bearer"), (reply.Scope, reply.Json.GetProperty("token_type").GetString()));
        var header = reply.Header();
        Assert.Equal((algorithm, enc ?? "A256GCM", "JWT", key.KeyId), (Text(header, "alg"), Text(header, "enc"), Text(header, "cty"), Text(header, "kid")));
        Assert.Equal((algorithm, enc ?? "A256GCM", key.KeyId), (Text(shown, "alg"), Text(shown, "enc"), Text(shown, "kid")));
        var verdict = await server.ReadAsync(reply.Token, TimeProvider.System, key);
        Assert.True(verdict.IsAccepted, verdict.Rejection?.ToString());
        Assert.Equal(client.Id, verdict.Token.ClientId);

        using var other = DecryptionKey.Generate(key.Algorithm, key.KeyId);
        Assert.Equal(RejectionCode.DecryptionFailed, (await server.ReadAsync(reply.Token, TimeProvider.System, other)).Rejection!.Code);
    }

    [Theory]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public async Task Larger_curves_serve_too(string curve)
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        using var pair = System.Security.Cryptography.ECDiffieHellman.Create(System.Security.Cryptography.ECCurve.CreateFromFriendlyName(curve));
        var parameters = pair.ExportParameters(true);
        using var key = DecryptionKey.FromJwk(new Jwk
        {
            KeyType = "EC",
            KeyId = "billing",
            Curve = curve.Replace("nistP", "P-", StringComparison.Ordinal),
            X = parameters.Q.X,
            Y = parameters.Q.Y,
            D = parameters.D,
        });
        await server.EncryptAsync(key);
        Assert.True((await server.ReadAsync((await server.AskAsync(client)).Token, TimeProvider.System, key)).IsAccepted);
    }

    [Fact]
    public async Task Key_without_a_name_is_not_named_in_the_token()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        using var named = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        var jwk = named.ToPrivateJwk();
        using var key = DecryptionKey.FromJwk(new Jwk { KeyType = "EC", Curve = jwk.Curve, X = jwk.X, Y = jwk.Y, D = jwk.D });
        var json = EncryptedResource.Json(new Jwk { KeyType = "EC", Curve = jwk.Curve, X = jwk.X, Y = jwk.Y }.WritePublicTo);
        await server.AdminAsync(HttpMethod.Put, EncryptedResource.PathOf(IssuerServer.Billing), $$"""{"jwk":{{json}}}""");
        var reply = await server.AskAsync(client);
        Assert.False(reply.Header().TryGetProperty("kid", out _));
        Assert.True((await server.ReadAsync(reply.Token, TimeProvider.System, key)).IsAccepted);
    }

    [Fact]
    public async Task Other_resources_and_later_ones_get_plain_tokens()
    {
        await using var server = await IssuerServer.StartAsync();
        var billing = await server.AddClientAsync();
        var shipping = await server.AddClientAsync(resource: "https://shipping");
        using var key = KeyFor("ECDH-ES");
        await server.EncryptAsync(key);
        Assert.Equal(5, (await server.AskAsync(billing)).Token.Split('.').Length);
        Assert.Equal(3, (await server.AskAsync(shipping)).Token.Split('.').Length);

        await server.AdminAsync(HttpMethod.Delete, EncryptedResource.PathOf(IssuerServer.Billing));
        Assert.Equal(3, (await server.AskAsync(billing)).Token.Split('.').Length);

        await server.EncryptAsync(key);
        await server.AdminAsync(HttpMethod.Delete, "resources?resource=https%3A%2F%2Fbilling");
        var again = await server.AddClientAsync();
        Assert.Equal(3, (await server.AskAsync(again)).Token.Split('.').Length);
    }

    [Fact]
    public async Task Another_key_counts_for_the_next_token()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        using var first = KeyFor("ECDH-ES");
        using var second = KeyFor("RSA-OAEP-256");
        await server.EncryptAsync(first);
        Assert.Equal(first.KeyId, Text((await server.AskAsync(client)).Header(), "kid"));
        await server.EncryptAsync(second, "A128GCM");
        var header = (await server.AskAsync(client)).Header();
        Assert.Equal((second.KeyId, "A128GCM"), (Text(header, "kid"), Text(header, "enc")));
    }

    [Fact]
    public async Task Token_of_a_shared_secret_is_encrypted_too()
    {
        await using var server = await IssuerServer.StartAsync();
        var made = await server.AddResourceAsync(IssuerServer.Billing, more: ",\"algorithm\":\"HS256\"");
        Assert.True(SharedSecret.TryParse(Text(made, "shared_secret"), out var secret, out _));
        var client = await server.AddClientAsync();
        using var key = KeyFor("ECDH-ES");
        await server.EncryptAsync(key);
        var rules = new Watchword.Jwt.JwtRules { Issuer = IssuerServer.Name, Audience = IssuerServer.Billing };
        var issuer = new Watchword.Trust.TrustedIssuer(rules, new KeySet([secret!.ToVerificationKey()]));
        var gate = new Watchword.Trust.TokenGate([issuer], TimeProvider.System, new Watchword.Jwt.TokenDecryption([key]) { IsRequired = true });
        Assert.True((await gate.VerifyAsync((await server.AskAsync(client)).Token)).IsAccepted);
    }

    [Fact]
    public async Task Token_that_grows_too_large_by_encryption_is_refused()
    {
        await using var server = await IssuerServer.StartAsync();
        var scopes = string.Join(' ', Enumerable.Range(0, 16).Select(i => $"s{i}-" + new string('x', 120)));
        await server.AddResourceAsync(IssuerServer.Billing, scopes);
        var client = await server.AddClientAsync(scopes);
        Assert.Equal(200, (await server.AskAsync(client)).Status);
        using var key = KeyFor("RSA-OAEP-256");
        await server.EncryptAsync(key);
        (await server.AskAsync(client)).Refused(400, "invalid_scope");
        Assert.Equal(5, (await server.AskAsync(client, ("scope", scopes.Split(' ')[0]))).Token.Split('.').Length);
    }

    [Fact]
    public async Task Registered_key_survives_a_restart()
    {
        using var data = new Watchword.Tests.Servers.TempFolder();
        using var key = KeyFor("ECDH-ES");
        TestClient client;
        await using (var server = await StartAsync(data.Path))
        {
            client = await server.AddClientAsync();
            await server.EncryptAsync(key);
        }
        await using var again = await StartAsync(data.Path);
        Assert.True((await again.ReadAsync((await again.AskAsync(client)).Token, TimeProvider.System, key)).IsAccepted);
    }

    [Fact]
    public async Task Registration_is_shown_and_holds_nothing_private()
    {
        await using var server = await IssuerServer.StartAsync();
        await server.AddClientAsync();
        using var key = KeyFor("RSA-OAEP");
        var set = await server.EncryptAsync(key);
        var path = "resources?resource=https%3A%2F%2Fbilling";
        Assert.Equal(set.ToString(), (await server.AdminAsync(HttpMethod.Get, path)).ToString());
        Assert.Equal(set.ToString(), (await server.AdminAsync(HttpMethod.Get, "resources")).GetProperty("resources")[0].ToString());
        Assert.Equal(["jwk", "enc", "alg", "kid"], set.GetProperty("encryption").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], set.GetProperty("encryption").GetProperty("jwk").EnumerateObject().Select(member => member.Name));

        await server.AdminAsync(HttpMethod.Delete, EncryptedResource.PathOf(IssuerServer.Billing));
        Assert.False((await server.AdminAsync(HttpMethod.Get, path)).TryGetProperty("encryption", out _));
    }

    private static DecryptionKey KeyFor(string algorithm) =>
        DecryptionKey.Generate(KeyManagementAlgorithm.All.Single(each => each.Name == algorithm));

    private static Task<IssuerServer> StartAsync(string folder) => IssuerServer.StartAsync(builder =>
        Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.PostConfigure<Watchword.Issuer.IssuerOptions>(
            builder.Services, options => options.DataFolder = Path.Combine(folder, "data")));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
