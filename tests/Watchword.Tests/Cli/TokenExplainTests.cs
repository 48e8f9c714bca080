// `watchword token explain`: what a target would do with a token, why, and what to change, from its settings and public documents alone.
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.Cli;

public sealed class TokenExplainTests : IDisposable
{
    private const string Billing = CallerExtensions.Billing;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_token_is_accepted_and_its_entry_named()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        var explained = await ExplainAsync(server, token);
        Assert.True(explained.ExitCode == 0, explained.ToString());
        Assert.Contains($"would accept this token: it is client orders of {server.Url}, with scope invoices:read", explained.Output, StringComparison.Ordinal);
        Assert.Contains("Authentication:Schemes:Watchword:Issuer", explained.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], explained.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_client_may_ask_for_is_shown_to_who_may_ask_the_admin_api_and_to_nobody_else()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        var settings = Settings("Issuer", server.Url, "Audience", "https://shipping");
        const string Granted = $"At the issuer: client orders may ask for {Billing} with scope invoices:read.";

        var administrator = await ExplainAsync(server, token, settings, "--data", server.DataFolder);
        Assert.Equal(1, administrator.ExitCode);
        Assert.Matches(@"expected: +https://shipping\n", administrator.Output);
        Assert.Matches($@"got: +{Billing}\n", administrator.Output);
        Assert.Contains("AddWatchwordToken(resource: \"https://shipping\")", administrator.Output, StringComparison.Ordinal);
        Assert.Contains("Authentication:Schemes:Watchword:Audience", administrator.Output, StringComparison.Ordinal);
        Assert.Contains(Granted, administrator.Output, StringComparison.Ordinal);

        var nobody = await ExplainAsync(server, token, settings, "--data", _folder.File("none"));
        Assert.Equal(1, nobody.ExitCode);
        Assert.DoesNotContain("may ask for", nobody.Output, StringComparison.Ordinal);
        Assert.Contains("What is granted is not shown", nobody.Errors, StringComparison.Ordinal);

        await using var other = await WatchwordServer.StartAsync();
        var stranger = await ExplainAsync(other, token, settings, "--data", other.DataFolder);
        Assert.DoesNotContain("At the issuer", stranger.Output.Replace("At the issuer: grant", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_endpoint_requires_is_explained_too()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        var scope = await ExplainAsync(server, token, null, "--require-scope", "invoices:read invoices:write");
        Assert.Equal(1, scope.ExitCode);
        Assert.Contains($"watchword grant add orders {Billing} --scope invoices:write", scope.Output, StringComparison.Ordinal);
        var client = await ExplainAsync(server, token, null, "--require-client", "shipping");
        Assert.Equal(1, client.ExitCode);
        Assert.Matches($@"expected: +client shipping of {server.Url}\n", client.Output);
        Assert.Equal(0, (await ExplainAsync(server, token, null, "--require-scope", "invoices:read", "--require-client", "orders", "--client-issuer", server.Url)).ExitCode);
        Assert.Equal(2, (await ExplainAsync(server, token, null, "--require-scope", "no\"scope")).ExitCode);
        Assert.Equal(2, (await ExplainAsync(server, token, null, "--client-issuer", server.Url)).ExitCode);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_no_verdict()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        await server.StopAsync();
        var explained = await ExplainAsync(server, token);
        Assert.Equal(3, explained.ExitCode);
        Assert.Contains("What decides could not be fetched", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_and_programs_get_members()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        var settings = Settings("Issuer", server.Url, "Audience", "https://shipping", "MaxTokenLifetime", "00:01:00");
        var explained = await ExplainAsync(server, token, settings, "--output", "json");
        Assert.Equal(1, explained.ExitCode);
        var answer = JsonElement.Parse(explained.Output);
        Assert.False(answer.GetProperty("accepted").GetBoolean());
        Assert.Equal(("wrong_audience", "aud", "https://shipping", Billing), (Text("code"), Text("claim"), Text("expected"), Text("got")));
        Assert.NotEqual(0, answer.GetProperty("mend").GetArrayLength());
        Assert.Equal("lifetime_too_long", Assert.Single(answer.GetProperty("beside").EnumerateArray()).GetProperty("code").GetString());

        string? Text(string name) => answer.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_self_issued_token_is_judged_by_the_bundle_beside_the_settings()
    {
        const string Orders = "https://orders.internal";
        using var identity = new ServiceIdentity(new ServiceIdentityOptions { Issuer = Orders, KeyFile = _folder.File("keys.json") }, TimeProvider.System);
        var entry = new TrustEntry { Issuer = Orders, Keys = identity.PublishedKeys, Scopes = ["invoices:read"] };
        File.WriteAllBytes(_folder.File("bundle.json"), new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(1), [entry]).ToJson());
        var settings = Settings("Audience", Billing, "TrustBundle", "bundle.json");

        Assert.Equal(0, (await ExplainAsync(settings, identity.Sign(Billing, "invoices:read"))).ExitCode);
        var refused = await ExplainAsync(settings, identity.Sign(Billing, "invoices:write"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("client_not_allowed", refused.Output, StringComparison.Ordinal);
        Assert.Contains($"add the scope to the entry of {Orders} in the trust bundle", refused.Output, StringComparison.Ordinal);
        using var stranger = new ServiceIdentity(new ServiceIdentityOptions { Issuer = "https://coupons.internal", KeyFile = _folder.File("other.json") }, TimeProvider.System);
        Assert.Contains("Authentication:Schemes:Watchword:Issuers", (await ExplainAsync(settings, stranger.Sign(Billing))).Output, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.File("bundle.json"), new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(-10), [entry]).ToJson());
        Assert.Contains("nobody in the trust bundle", (await ExplainAsync(settings, identity.Sign(Billing))).Output, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("bundle.json"), "{}");
        Assert.Equal(2, (await ExplainAsync(settings, identity.Sign(Billing))).ExitCode);
    }

    [Fact]
    public async Task Only_the_issuer_that_the_token_names_is_asked_for_keys_and_not_told_that_a_target_holds_them()
    {
        await using var named = await PublishingIssuer.StartAsync();
        await using var other = await PublishingIssuer.StartAsync();
        var holders = 0;
        named.AnswerMetadataBy(context => PublishingIssuer.JsonAsync(context, $$"""{"issuer":"{{named.Url}}","jwks_uri":"{{named.Url}}/keys","watchword_key_holders":true}"""));
        named.AnswerKeysBy(context =>
        {
            holders += context.Request.Headers.ContainsKey("Watchword-Key-Holder") ? 1 : 0;
            return PublishingIssuer.JsonAsync(context, System.Text.Encoding.UTF8.GetString(new KeySet([named.Key.ToVerificationKey()]).ToJson()));
        });
        var bundle = new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(1), [Entry(other.Url), Entry(named.Url)]);
        File.WriteAllBytes(_folder.File("bundle.json"), bundle.ToJson());
        var settings = Settings("Issuer", other.Url, "Audience", PublishingIssuer.Audience, "TrustBundle", "bundle.json");
        var explained = await ExplainAsync(settings, named.Token());
        Assert.Equal(0, explained.ExitCode);
        Assert.Equal((0, 0), (other.Fetches, holders));
        Assert.NotEqual(0, named.KeyFetches);

        static TrustEntry Entry(string issuer) => new() { Issuer = issuer, Subjects = SubjectPatterns.TryParse(["*"], out var all, out _) ? all : null };
    }

    [Fact]
    public async Task What_is_secret_in_the_settings_is_neither_needed_nor_shown_nor_touched()
    {
        var secret = SharedSecret.Generate();
        using var key = secret.ToSigningKey();
        var settings = Settings("Issuer", "https://issuer.example", "Audience", Billing, "SharedSecret", secret.Reveal(), "Algorithms", "HS256", "KeyFolder", _folder.File("kept"));
        var open = await ExplainAsync(settings, Token(key, Billing));
        Assert.Equal(2, open.ExitCode);
        Assert.Contains("the signature was not checked", open.Output, StringComparison.Ordinal);
        var refused = await ExplainAsync(settings, Token(key, "https://shipping"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("wrong_audience", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Reveal()[25..], open.ToString() + refused, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("kept")));

        var file = Settings("Issuer", "https://issuer.example", "Audience", Billing, "SharedSecretFile", "/run/secrets/none", "Algorithms", "HS256");
        Assert.Equal(2, (await ExplainAsync(file, Token(key, Billing))).ExitCode);
    }

    [Fact]
    public async Task A_target_with_a_shared_secret_takes_no_token_by_a_published_key()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var settings = Settings("Issuer", issuer.Url, "Audience", PublishingIssuer.Audience, "SharedSecretFile", "/run/secrets/none");
        var refused = await ExplainAsync(settings, issuer.Token());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("shares a secret", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, issuer.Fetches);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_no_text_and_ends_nothing()
    {
        var settings = Settings("Issuer", "https://issuer.example", "Audience", Billing);
        var token = TokenForge.ES256(claims: """{"iss":"https://nobody.example","client_id":"\ud800"}""");
        Assert.Equal(1, (await ExplainAsync(settings, token)).ExitCode);
    }

    [Fact]
    public async Task A_secret_in_the_wrong_setting_is_not_repeated()
    {
        var secret = SharedSecret.Generate().Reveal();
        foreach (var setting in new[] { "Issuer", "CaFile", "TrustBundle" })
        {
            var fault = await MisuseAsync(Settings("Issuer", "https://issuer.example", "Audience", Billing, setting, secret));
            Assert.DoesNotContain(secret[5..], fault, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_only_the_target_can_decrypt_is_left_to_it()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var required = Settings("Issuer", "http://127.0.0.1:1", "Audience", Billing, "DecryptionKeyFiles", "/run/secrets/none.jwk", "RequireEncryption", "true");
        var plain = await ExplainAsync(required, Token(key, Billing, "http://127.0.0.1:1"));
        Assert.Equal(1, plain.ExitCode);
        Assert.Contains("decryption_failed", plain.Output, StringComparison.Ordinal);
        var encrypted = await ExplainAsync(required, "e30.e30.e30.e30.e30");
        Assert.Equal(2, encrypted.ExitCode);
        Assert.Contains("only the target can open it", encrypted.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_are_none_or_faulty_are_misuse()
    {
        Assert.Contains("would not start", await MisuseAsync(Settings("Issuer", "https://issuer.example")), StringComparison.Ordinal);
        Assert.Contains("is not a setting of this scheme", await MisuseAsync(Settings("Issuer", "https://issuer.example", "Audience", Billing, "ValidateLifetime", "false")), StringComparison.Ordinal);
        Assert.Contains("not a settings file", await MisuseAsync(_folder.Write("broken.json", "{")), StringComparison.Ordinal);
        Assert.Contains("no scheme of ours", await MisuseAsync(_folder.Write("empty.json", "{}")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await MisuseAsync(_folder.File("absent.json")), StringComparison.Ordinal);
        Assert.Contains("no scheme 'Partner'", await MisuseAsync(Settings("Issuer", "https://issuer.example", "Audience", Billing), "--scheme", "Partner"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_file_goes_over_an_earlier_one_and_another_handlers_scheme_is_passed_over()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var first = _folder.Write("appsettings.json", """
            { "Authentication": { "Schemes": { "Bearer": { "ValidAudiences": ["x"] }, "Partner": { "Issuer": "http://127.0.0.1:1", "Audience": "https://other" } } } }
            """);
        var second = _folder.Write("appsettings.Production.json", $$"""{ "Authentication": { "Schemes": { "Partner": { "Audience": "{{Billing}}" } } } }""");
        var refused = await CliRun.OfAsync(Token(key, Billing, "https://elsewhere"), ["token", "explain", "--settings", first, "--settings", second, "--data", _folder.File("none")]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Authentication:Schemes:Partner:Issuers", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong_audience", refused.Output, StringComparison.Ordinal);
    }

    private async Task<string> MisuseAsync(string settings, params string[] more)
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var run = await ExplainAsync(settings, Token(key, Billing), more);
        Assert.Equal(2, run.ExitCode);
        return run.Error;
    }

    private Task<CliRun> ExplainAsync(string settings, string token, params string[] more) =>
        CliRun.OfAsync(token, ["token", "explain", "--settings", settings, "--data", _folder.File("none"), .. more]);

    // By the real tool.
    private Task<Finished> ExplainAsync(WatchwordServer server, string token, string? settings = null, params string[] more) => WatchwordTool.RunAsync(
        ["token", "explain", "--settings", settings ?? Settings("Issuer", server.Url, "Audience", Billing), .. more], server.Variables, token + "\n");

    private string Settings(params string[] pairs)
    {
        var members = pairs.Chunk(2).Select(pair => $"{JsonSerializer.Serialize(pair[0])}:{JsonSerializer.Serialize(pair[1])}");
        return _folder.Write($"{Guid.NewGuid():N}.json", $$$"""{ "Authentication": { "Schemes": { "Watchword": { {{{string.Join(',', members)}}} } } } }""");
    }

    private static string Token(SigningKey key, string audience, string issuer = "https://issuer.example") => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = issuer,
        Subject = "orders",
        ClientId = "orders",
        Audience = audience,
        IssuedAt = TimeProvider.System.GetUtcNow(),
        Lifetime = TimeSpan.FromMinutes(5),
    });
}
