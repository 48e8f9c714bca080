// What is replaced by the tool, as an operator does it: the master key, a shared secret, a credential; and what the doctor says.
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ReplacementCommandTests
{
    private const string Legacy = "https://legacy";

    [Fact]
    public async Task The_master_key_is_replaced_while_the_issuer_serves()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var file = Path.Combine(server.DataFolder, "master.key");
        var former = await File.ReadAllTextAsync(file);
        var finished = await server.RunCliAsync("key", "rewrap");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal($"The 2 data keys are wrapped by {file} (2 were not before).", finished.Output.TrimEnd());
        Assert.Contains("the former one for as long as there are backups made before", finished.Errors, StringComparison.Ordinal);
        Assert.NotEqual(former, await File.ReadAllTextAsync(file));
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
    }

    [Fact]
    public async Task The_master_key_moves_out_of_the_folder_and_on_with_no_gap()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var (one, two) = (NewKey(server, "one.key"), NewKey(server, "two.key"));
        var finished = await server.RunCliAsync("key", "rewrap", "--to", one, "--output", "json");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.False(JsonElement.Parse(finished.Output).GetProperty("configured").GetBoolean());
        Assert.Contains($"set WATCHWORD_MASTER_KEY_FILE to {one}", finished.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await server.JsonAsync("key", "rewrap", "--to", one)).GetProperty("rewrapped").GetInt32());
        await server.StopAsync();
        await using (var refused = server.Serve(server.Url))
            (await refused.WaitForExitAsync()).OneSentence(Sentences.Misuse, "master key", "does not fit");

        server.MasterKeyFile = $"{two}{Path.PathSeparator}{one}";
        await server.StartAgainAsync();
        var rewrapped = await server.JsonAsync("key", "rewrap");
        Assert.Equal((two, true), (rewrapped.GetProperty("file").GetString(), rewrapped.GetProperty("configured").GetBoolean()));
        await server.StopAsync();
        server.MasterKeyFile = two;
        await server.StartAgainAsync();
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
    }

    [Fact]
    public async Task A_master_key_that_cannot_be_used_is_refused_with_a_sentence()
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("key", "rewrap", "--to", Path.Combine(server.Home, "none.key"))).OneSentence(Sentences.Misuse, "none.key", "cannot be read");
        var shared = NewKey(server, "shared.key");
        File.SetUnixFileMode(shared, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (await server.RunCliAsync("key", "rewrap", "--to", shared)).OneSentence(Sentences.Misuse, "chmod 600");
        File.Delete(Path.Combine(server.DataFolder, "master.key"));
        (await server.RunCliAsync("key", "rewrap", "--to", NewKey(server, "new.key"))).OneSentence(Sentences.Unreachable, "master.key", "cannot be read");
    }

    [Fact]
    public async Task Too_many_master_keys_or_a_missing_one_stop_the_start()
    {
        await using var server = WatchwordServer.Prepare();
        var key = NewKey(server, "one.key");
        foreach (var (files, says) in new[] { ($"{key}:{key}:{key}", "one file, or two"), ($"{key}:", "one file, or two"), ($"{key}:{key}.not", "is not there") })
        {
            server.MasterKeyFile = files;
            await using var refused = server.Serve(server.Url);
            var finished = await refused.WaitForExitAsync();
            Assert.True(finished.ExitCode == Sentences.Misuse, finished.ToString());
            Assert.Contains(says, finished.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", finished.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_shared_secret_is_added_activated_listed_and_revoked()
    {
        await using var server = await WatchwordServer.StartAsync();
        var first = Text(await server.JsonAsync("resource", "create", Legacy, "--algorithm", "HS256"), "shared_secret").Split('_')[1];
        (await server.RunCliAsync("resource", "secret", "activate", Legacy)).OneSentence(Sentences.Refused, "stands by");
        (await server.RunCliAsync("resource", "secret", "revoke", Legacy, first)).OneSentence(Sentences.Refused, "no other stands by");
        var added = await server.RunCliAsync("resource", "secret", "add", Legacy);
        Assert.Matches(@"shared secret +wws_[0-9A-Za-z]{16}_[0-9A-Za-z]{43}", added.Output);
        Assert.Contains("watchword resource secret activate https://legacy", added.Errors, StringComparison.Ordinal);
        (await server.RunCliAsync("resource", "secret", "add", Legacy)).OneSentence(Sentences.Refused, "stands by already");

        var activated = await server.RunCliAsync("resource", "secret", "activate", Legacy);
        Assert.Contains($"Take {first} out of the resource's settings", activated.Errors, StringComparison.Ordinal);
        var list = await server.RunCliAsync("resource", "secret", "list", Legacy);
        Assert.Matches($"{first} +retired", list.Output);
        var second = (await server.JsonAsync("resource", "secret", "list", Legacy)).GetProperty("secrets").EnumerateArray()
            .Single(secret => Text(secret, "state") == "active");
        await server.JsonAsync("resource", "secret", "add", Legacy);
        var revoked = await server.RunCliAsync("resource", "secret", "revoke", Legacy, Text(second, "kid"));
        Assert.StartsWith($"Revoked {Text(second, "kid")}; tokens for {Legacy} are signed with ", revoked.Output, StringComparison.Ordinal);
        Assert.Contains("The resource asks nobody", revoked.Errors, StringComparison.Ordinal);
        (await server.RunCliAsync("resource", "secret", "revoke", Legacy, "wws_" + first)).OneSentence(Sentences.Misuse, "never by the secret itself");
    }

    [Fact]
    public async Task A_credential_in_use_is_not_revoked()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var id = caller.ApiKey.Split('_')[1];
        await server.RequestTokenAsync(caller);
        (await server.RunCliAsync("credential", "revoke", id, "--if-unused-for", "7d")).OneSentence(Sentences.Refused, "was last used", "from 127.0.0.1", "not revoked");
        Assert.Matches(@"LAST USED +FROM", (await server.RunCliAsync("credential", "list", "orders")).Output);
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
        await server.JsonAsync("credential", "revoke", id);
    }

    [Fact]
    public async Task Behind_a_proxy_a_credential_is_used_from_where_the_proxy_says_and_so_is_a_wrong_one()
    {
        await using var server = WatchwordServer.Prepare();
        await server.StartAgainAsync("--issuer", "https://auth.example", "--behind-proxy", "127.0.0.1");
        var caller = await server.AddCallerAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, caller.ApiKey));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, "wrong"));
        var credential = (await server.JsonAsync("credential", "list", "orders")).GetProperty("credentials")[0];
        Assert.Equal("192.0.2.1", Text(credential, "last_used_from"));
        await server.Process!.WaitForLineAsync(line => line.Contains("as 'orders' from 192.0.2.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_exits_with_1_when_something_is_found_and_says_what_to_do()
    {
        await using var server = WatchwordServer.Prepare();
        await server.StartAgainAsync("--issuer", "https://auth.example", "--behind-proxy", "127.0.0.1");
        await server.JsonAsync("client", "create", "orders");
        var well = await server.RunCliAsync("doctor");
        Assert.Equal((0, "Nothing was found."), (well.ExitCode, well.Output.TrimEnd()));
        Assert.Empty((await server.JsonAsync("doctor")).GetProperty("findings").EnumerateArray());

        var id = Text(await server.JsonAsync("credential", "add", "orders", "--expires", "10d"), "credential_id");
        File.SetUnixFileMode(Path.Combine(server.DataFolder, "master.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var ill = await server.RunCliAsync("doctor");
        Assert.Equal(1, ill.ExitCode);
        var lines = ill.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^error: master key: the file '.*master.key' has mode 0440", lines[0]);
        Assert.Matches("^  run: chmod 600 '.*master.key'$", lines[1]);
        Assert.Matches($"^warning: credential {id} \\('api-key'\\) of orders: it expires in (9|10) days", lines[2]);
        Assert.Matches("^  add another with: watchword credential add orders;", lines[3]);
        var json = await server.RunCliAsync("doctor", "--output", "json");
        Assert.Equal(1, json.ExitCode);
        Assert.Equal(
            ["error", "warning"], JsonElement.Parse(json.Output).GetProperty("findings").EnumerateArray().Select(finding => Text(finding, "severity")));

        await server.StopAsync();
        (await server.RunCliAsync("doctor")).OneSentence(Sentences.Unreachable, "No issuer is serving");
    }

    [Fact]
    public async Task The_log_warns_at_the_start_of_a_credential_that_expires()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.JsonAsync("client", "create", "orders", "--expires", "3d");
        await server.StopAsync();
        await server.StartAgainAsync();
        await server.Process!.WaitForLineAsync(line => line.Contains("of orders expires at", StringComparison.Ordinal));
    }

    private static async Task<HttpStatusCode> AskAsync(WatchwordServer server, string apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + "/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "orders"), new("client_secret", apiKey)]),
        };
        request.Headers.Add("X-Forwarded-For", "203.0.113.9, 192.0.2.1");
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private static string NewKey(WatchwordServer server, string name) => server.Write(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
