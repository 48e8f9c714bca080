// The whole way by the tool alone: serve, register, grant, request a token, verify it, and see others refused.
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed partial class WholeWayTests
{
    private const string Billing = CallerExtensions.Billing;

    [Fact]
    public async Task A_token_is_requested_and_accepted()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var answer = await server.JsonAsync(
            "token", "request", "--issuer", server.Url, "--client", "orders", "--api-key-file", caller.KeyFile, "--resource", Billing);
        Assert.Equal("Bearer", answer.GetProperty("token_type").GetString());
        Assert.Equal(300, answer.GetProperty("expires_in").GetInt32());
        Assert.Equal(240, answer.GetProperty("refresh_in").GetInt32());
        Assert.Equal("invoices:read", answer.GetProperty("scope").GetString());

        var verified = await server.VerifyTokenAsync(answer.GetProperty("access_token").GetString()!);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        var claims = JsonElement.Parse(verified.Output);
        Assert.Equal(server.Url, Text(claims, "iss"));
        Assert.Equal("orders", Text(claims, "sub"));
        Assert.Equal("orders", Text(claims, "client_id"));
        Assert.Equal(Billing, Text(claims, "aud"));
        Assert.Equal("invoices:read", Text(claims, "scope"));
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.False(string.IsNullOrEmpty(Text(claims, "jti")));
    }

    [Fact]
    public async Task Tokens_are_signed_with_Ed25519_where_the_resource_says_so_and_its_library_is_loaded_only_then()
    {
        await using var server = await WatchwordServer.StartAsync();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has loaded is read from /proc.");
        Assert.False(await HasLoadedAsync(server.Process!, "libsodium"));
        var token = await server.RequestTokenAsync(await server.AddCallerAsync("orders", "--algorithm", "Ed25519"));
        Assert.True(await HasLoadedAsync(server.Process!, "libsodium"));
        Assert.Equal("EdDSA", Text(await server.JsonAsync("resource", "show", Billing), "algorithm"));
        Assert.Contains("\"alg\":\"EdDSA\"", Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])), StringComparison.Ordinal);
        var verified = await server.VerifyTokenAsync(token);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        var parts = token.Split('.');
        AssertRefused(RejectionCode.BadSignature, await server.VerifyTokenAsync($"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}"));
    }

    [Fact]
    public async Task Json_answers_name_their_fields()
    {
        await using var server = await WatchwordServer.StartAsync();
        var resource = await server.JsonAsync("resource", "create", Billing, "--scope", "invoices:read", "--scope", "invoices:write");
        Assert.Equal(Billing, Text(resource, "resource"));
        Assert.False(resource.TryGetProperty("shared_secret", out var none) && none.ValueKind != JsonValueKind.Null);

        var shared = await server.JsonAsync("resource", "create", "https://legacy", "--scope", "read", "--algorithm", "HS256");
        Assert.Matches(SharedSecret(), Text(shared, "shared_secret"));
        Assert.DoesNotContain("wws_", (await server.RunCliAsync("resource", "show", "https://legacy", "--output", "json")).Output);

        var client = await server.JsonAsync("client", "create", "orders");
        Assert.Equal("orders", Text(client, "client_id"));
        Assert.Matches(ApiKey(), Text(client, "api_key"));
        Assert.Equal(Text(client, "credential_id"), Text(client, "api_key").Split('_')[1]);
        Assert.DoesNotContain(Text(client, "api_key"), (await server.RunCliAsync("client", "show", "orders", "--output", "json")).Output);
    }

    [Fact]
    public async Task Granting_again_adds_to_what_is_there()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.JsonAsync("resource", "create", Billing, "--scope", "invoices:read", "--scope", "invoices:write");
        await server.JsonAsync("client", "create", "orders");
        await server.JsonAsync("grant", "add", "orders", Billing, "--scope", "invoices:read");
        await server.JsonAsync("grant", "add", "orders", Billing, "--scope", "invoices:read");
        var grant = await server.JsonAsync("grant", "add", "orders", Billing, "--scope", "invoices:write");
        Assert.Equal(["invoices:read", "invoices:write"], grant.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()).Order());
    }

    [Fact]
    public async Task A_tampered_token_is_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var parts = (await server.RequestTokenAsync(caller)).Split('.');
        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).Replace("invoices:read", "invoices:rule", StringComparison.Ordinal);
        parts[1] = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        AssertRefused(RejectionCode.BadSignature, await server.VerifyTokenAsync(string.Join('.', parts)));
    }

    [Fact]
    public async Task A_misdirected_token_is_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        var token = await server.RequestTokenAsync(await server.AddCallerAsync());
        AssertRefused(RejectionCode.WrongAudience, await server.VerifyTokenAsync(token, audience: "https://shipping"));
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await using var server = WatchwordServer.Prepare();
        await using var issuer = await PublishedIssuer.StartAsync();
        var token = issuer.Sign(Billing, age: TimeSpan.FromMinutes(10), lifetime: TimeSpan.FromMinutes(5));
        AssertRefused(RejectionCode.Expired, await server.VerifyTokenAsync(token, issuer: issuer.Url));
        var fresh = issuer.Sign(Billing, age: TimeSpan.Zero, lifetime: TimeSpan.FromMinutes(5));
        Assert.Equal(0, (await server.VerifyTokenAsync(fresh, issuer: issuer.Url)).ExitCode);
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        await using var issuer = await PublishedIssuer.StartAsync();
        var token = issuer.Sign(Billing, age: TimeSpan.Zero, lifetime: TimeSpan.FromMinutes(5));
        AssertRefused(RejectionCode.UnknownIssuer, await server.VerifyTokenAsync(token));
    }

    [Fact]
    public async Task What_is_not_a_token_is_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        AssertRefused(RejectionCode.Malformed, await server.VerifyTokenAsync("not-a-token"));
    }

    [Fact]
    public async Task A_token_can_be_looked_into_without_trust()
    {
        await using var server = WatchwordServer.Prepare();
        await using var issuer = await PublishedIssuer.StartAsync();
        var token = issuer.Sign(Billing, age: TimeSpan.FromDays(1), lifetime: TimeSpan.FromMinutes(5));
        var finished = await WatchwordTool.RunAsync(["token", "inspect", "--output", "json"], server.Variables, token);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var shown = JsonElement.Parse(finished.Output);
        Assert.False(shown.GetProperty("verified").GetBoolean());
        Assert.Equal("at+jwt", Text(shown.GetProperty("header"), "typ"));
        Assert.Equal(Billing, Text(shown.GetProperty("claims"), "aud"));
    }

    [Fact]
    public async Task A_revoked_key_gets_no_token_and_its_successor_does()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var second = await server.JsonAsync("credential", "add", "orders", "--name", "second");
        await server.JsonAsync("credential", "revoke", caller.ApiKey.Split('_')[1]);
        var refused = await server.RunCliAsync(
            "token", "request", "--issuer", server.Url, "--client", "orders", "--api-key-file", caller.KeyFile, "--resource", Billing);
        refused.OneSentence(Sentences.Refused);
        Assert.DoesNotContain(caller.ApiKey, refused.Errors);
        var key = server.Write("second.key", Text(second, "api_key"));
        Assert.NotEmpty(await server.RequestTokenAsync(caller with { KeyFile = key }));
    }

    [Fact]
    public async Task A_backup_is_restored_into_an_empty_folder()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var token = await server.RequestTokenAsync(caller);
        var file = Path.Combine(server.Home, "all.backup");
        await server.JsonAsync("backup", file);
        await server.StopAsync();

        var old = server.DataFolder + ".old";
        Directory.Move(server.DataFolder, old);
        await server.JsonAsync("restore", file, "--master-key-file", Path.Combine(old, "master.key"));
        await server.StartAgainAsync();
        Assert.Equal(KeyIdOf(token), KeyIdOf(await server.RequestTokenAsync(caller)));
        Assert.Equal(0, (await server.VerifyTokenAsync(token)).ExitCode);
    }

    private static void AssertRefused(string code, Finished finished)
    {
        Assert.True(finished.ExitCode == Sentences.Refused, finished.ToString());
        Assert.Contains(code, finished.Output + finished.Errors, StringComparison.Ordinal);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string KeyIdOf(string token) =>
        Text(JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])), "kid");

    private static async Task<bool> HasLoadedAsync(RunningProcess process, string library) =>
        (await File.ReadAllTextAsync($"/proc/{process.Id}/maps")).Contains(library, StringComparison.Ordinal);

    [GeneratedRegex("^wwk_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$")]
    private static partial Regex ApiKey();

    [GeneratedRegex("^wws_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}$")]
    private static partial Regex SharedSecret();
}
