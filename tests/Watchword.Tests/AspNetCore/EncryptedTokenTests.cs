// Tokens that are encrypted to the target: its settings, its published keys, and the replacement of one (RFC 7516, RFC 7517 §5).
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

public sealed class EncryptedTokenTests : IDisposable
{
    private const string KeysPath = "/.well-known/watchword/keys";
    private readonly TempFolder _folder = new();
    private readonly DecryptionKey _key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, "first");
    private readonly DecryptionKey _next = DecryptionKey.Generate(KeyManagementAlgorithm.RsaOaep256, "next");

    [Fact]
    public async Task Encrypted_token_is_a_token_like_any_other()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(Settings(issuer, _folder.Write("first", _key)));
        using var plain = await target.GetAsync("/claims", issuer.Token());
        using var encrypted = await target.GetAsync("/claims", Encrypted(issuer.Token(), _key));
        using var again = await target.GetAsync("/claims", Encrypted(issuer.Token(), _key));
        Assert.All([plain, encrypted, again], answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Contains("client_id=orders", await encrypted.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Required_encryption_refuses_a_plain_token_and_says_so()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = Settings(issuer, _folder.Write("first", _key));
        settings["Authentication:Schemes:Watchword:RequireEncryption"] = "true";
        await using var target = await TargetApp.StartAsync(settings);
        using var plain = await target.GetAsync("/", issuer.Token());
        using var encrypted = await target.GetAsync("/", Encrypted(issuer.Token(), _key));
        Assert.Equal(HttpStatusCode.Unauthorized, plain.StatusCode);
        Assert.Equal(
            "Bearer error=\"invalid_token\", error_description=\"decryption_failed: The token is not encrypted, and this service takes only tokens that are.\"",
            plain.Challenge());
        Assert.Equal(HttpStatusCode.OK, encrypted.StatusCode);
    }

    [Fact]
    public async Task Encryption_proves_nothing_about_what_is_inside()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(Settings(issuer, _folder.Write("first", _key)));
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        foreach (var (token, code) in new[]
        {
            (issuer.Token(audience: "https://shipping"), RejectionCode.WrongAudience),
            (issuer.Token(age: TimeSpan.FromHours(1)), RejectionCode.Expired),
            (issuer.Token(key: stranger), RejectionCode.UnknownKey),
        })
        {
            using var answer = await target.GetAsync("/", Encrypted(token, _key));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains(code, answer.Challenge(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Token_for_another_encryption_key_asks_nothing_of_the_issuer()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(Settings(issuer, _folder.Write("first", _key)), TargetApp.Patient);
        using var good = await target.GetAsync("/", Encrypted(issuer.Token(), _key));
        var fetches = issuer.KeyFetches;
        using var answer = await target.GetAsync("/", Encrypted(issuer.Token(), _next));
        Assert.Contains(RejectionCode.UnknownKey, answer.Challenge(), StringComparison.Ordinal);
        Assert.Equal(fetches, issuer.KeyFetches);
    }

    [Fact]
    public async Task Two_keys_are_decrypted_by_while_one_replaces_the_other()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var first = _folder.Write("first", _key);
        var next = _folder.Write("next", _next);
        await using (var both = await TargetApp.StartAsync(Settings(issuer, $"{next} {first}"), endpoints: Keys))
        {
            foreach (var key in new[] { _key, _next })
            {
                using var answer = await both.GetAsync("/", Encrypted(issuer.Token(), key));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
            Assert.Equal(["next", "first"], (await PublishedAsync(both)).Keys.Select(key => key.KeyId));
        }
        await using var after = await TargetApp.StartAsync(Settings(issuer, next));
        using var late = await after.GetAsync("/", Encrypted(issuer.Token(), _key));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task Published_keys_are_public_and_good_to_encrypt_to()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        await using var target = await TargetApp.StartAsync(Settings(issuer, _folder.Write("first", _key)), Guarded, Keys);
        using var answer = await target.GetAsync(KeysPath, null);
        var json = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("public, max-age=300", answer.Headers.CacheControl?.ToString());
        Assert.NotNull(answer.Headers.ETag);
        Assert.DoesNotContain("\"d\"", json, StringComparison.Ordinal);
        Assert.Contains("\"use\":\"enc\"", json, StringComparison.Ordinal);

        var published = Assert.Single(EncryptionKeySet.Parse(Encoding.UTF8.GetBytes(json)).Keys);
        var token = JweEncrypter.Encrypt(published, Encoding.ASCII.GetBytes(issuer.Token()), contentType: "JWT");
        using var called = await target.GetAsync("/", token);
        Assert.Equal(HttpStatusCode.OK, called.StatusCode);
    }

    [Fact]
    public async Task Key_without_a_name_is_published_and_found_by_its_thumbprint()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var nameless = KeyFile.Json(_key.ToPrivateJwk()).Replace("\"kid\":\"first\",", "", StringComparison.Ordinal);
        await using var target = await TargetApp.StartAsync(Settings(issuer, _folder.WriteSecret("nameless", nameless)), endpoints: Keys);
        var published = Assert.Single((await PublishedAsync(target)).Keys);
        Assert.Equal(published.ToJwk().Thumbprint(), published.KeyId);
        using var called = await target.GetAsync("/", JweEncrypter.Encrypt(published, Encoding.ASCII.GetBytes(issuer.Token()), contentType: "JWT"));
        Assert.Equal(HttpStatusCode.OK, called.StatusCode);
    }

    [Fact]
    public async Task Symmetric_key_decrypts_and_is_never_published()
    {
        using var shared = DecryptionKey.Generate(KeyManagementAlgorithm.Direct);
        await using var issuer = await IssuerDouble.StartedAsync();
        var files = $"{_folder.Write("shared", shared)} {_folder.Write("first", _key)}";
        await using var target = await TargetApp.StartAsync(Settings(issuer, files), endpoints: Keys);
        using var called = await target.GetAsync("/", Encrypted(issuer.Token(), shared));
        Assert.Equal(HttpStatusCode.OK, called.StatusCode);
        Assert.Equal(["first"], (await PublishedAsync(target)).Keys.Select(key => key.KeyId));
    }

    [Fact]
    public async Task Keys_of_all_schemes_are_published_once_and_those_of_one_where_asked()
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var first = _folder.Write("first", _key);
        var settings = Settings(issuer, first);
        foreach (var (name, value) in TargetApp.Settings(issuer.Url, "Partner"))
            settings[name] = value;
        settings["Authentication:Schemes:Partner:DecryptionKeyFiles"] = $"{_folder.Write("next", _next)} {first}";
        await using var target = await TargetApp.StartAsync(
            settings,
            services => services.AddAuthentication().AddWatchword().AddWatchword("Partner"),
            app =>
            {
                app.MapWatchwordKeys();
                app.MapGroup("/partner").MapWatchwordKeys("Partner");
            });
        Assert.Equal(["first", "next"], (await PublishedAsync(target)).Keys.Select(key => key.KeyId));
        Assert.Equal(["next", "first"], (await PublishedAsync(target, "/partner")).Keys.Select(key => key.KeyId));
    }

    [Theory]
    [InlineData(null, null, "Authentication:Schemes:Watchword:DecryptionKeyFiles")]
    [InlineData("dir", null, "There is no key to publish")]
    [InlineData("ECDH-ES", "Partner", "no Watchword scheme Partner")]
    public async Task Publishing_without_a_key_stops_the_start(string? algorithm, string? scheme, string expected)
    {
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = TargetApp.Settings(issuer.Url);
        if (KeyManagementAlgorithm.TryFind(algorithm, out var found))
        {
            using var key = DecryptionKey.Generate(found);
            settings = Settings(issuer, _folder.Write("key", key));
        }
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TargetApp.StartAsync(settings, endpoints: app => app.MapWatchwordKeys(scheme)));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Different_keys_of_one_name_are_not_published_together()
    {
        using var twin = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, "first");
        await using var issuer = await IssuerDouble.StartedAsync();
        var settings = Settings(issuer, _folder.Write("first", _key));
        foreach (var (name, value) in TargetApp.Settings(issuer.Url, "Partner"))
            settings[name] = value;
        settings["Authentication:Schemes:Partner:DecryptionKeyFiles"] = _folder.Write("twin", twin);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => TargetApp.StartAsync(
            settings, services => services.AddAuthentication().AddWatchword().AddWatchword("Partner"), Keys));
        Assert.Contains("different keys of one kid", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
        _next.Dispose();
    }

    private static void Keys(WebApplication app) => app.MapWatchwordKeys();

    // An application that admits nobody by default.
    private static void Guarded(IServiceCollection services)
    {
        services.AddAuthentication().AddWatchword();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    private static Dictionary<string, string?> Settings(IssuerDouble issuer, string files) => new(TargetApp.Settings(issuer.Url))
    {
        ["Authentication:Schemes:Watchword:DecryptionKeyFiles"] = files,
    };

    private static string Encrypted(string token, DecryptionKey key) =>
        JweEncrypter.Encrypt(key.ToEncryptionKey(), Encoding.ASCII.GetBytes(token), contentType: "JWT");

    private static async Task<EncryptionKeySet> PublishedAsync(TargetApp target, string folder = "")
    {
        using var answer = await target.GetAsync(folder + KeysPath, null);
        return EncryptionKeySet.Parse(await answer.Content.ReadAsByteArrayAsync());
    }
}
