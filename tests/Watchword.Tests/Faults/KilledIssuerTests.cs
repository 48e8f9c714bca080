// An issuer that is killed, with -9 and in the middle of its work, has lost nothing that it acknowledged.
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

public sealed class KilledIssuerTests
{
    private const int Writers = 4;

    [Fact]
    public async Task Every_acknowledged_client_survives_a_kill()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.AddCallerAsync("first");
        var acknowledged = new ConcurrentDictionary<string, string>();
        for (var round = 1; round <= 3; round++)
        {
            var before = acknowledged.Count;
            using var admin = new AdminSocket(Path.Combine(server.DataFolder, "admin.sock"));
            var prefix = $"round-{round}";
            var writers = Enumerable.Range(0, Writers).Select(w => CreateUntilItBreaksAsync(admin, $"{prefix}-{w}", acknowledged)).ToList();
            await UntilAsync(() => acknowledged.Count >= before + (10 * round));
            await server.Process!.KillAsync();
            await Task.WhenAll(writers);
            await server.StartAgainAsync();

            var known = (await server.JsonAsync("client", "list")).GetProperty("clients").EnumerateArray()
                .Select(c => c.GetProperty("client_id").GetString()!).ToHashSet();
            Assert.Empty(acknowledged.Keys.Except(known));
        }

        foreach (var (client, key) in acknowledged.Where((_, i) => i % 10 == 0))
        {
            Assert.Equal("invalid_target", await TokenErrorAsync(server, client, key));
        }
    }

    [Fact]
    public async Task A_token_from_before_a_kill_is_still_accepted_after_it()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var token = await server.RequestTokenAsync(caller);
        await server.Process!.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(0, (await server.VerifyTokenAsync(token)).ExitCode);
        Assert.NotEmpty(await server.RequestTokenAsync(caller));
    }

    [Fact]
    public async Task A_kill_during_the_first_start_leaves_nothing_half_made()
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await using var server = WatchwordServer.Prepare();
            await using (var process = server.Serve(server.Url))
            {
                var milestone = attempt switch { 0 => "", 1 => "lock", 2 => "master.key", 3 => "watchword.db", _ => "admin.sock" };
                await UntilAsync(() => process.HasExited || Path.Exists(Path.Combine(server.DataFolder, milestone)));
                await process.KillAsync();
            }

            await server.StartAgainAsync();
            Assert.NotEmpty(await server.RequestTokenAsync(await server.AddCallerAsync()));
        }
    }

    [Fact]
    public async Task The_socket_left_by_a_kill_is_no_obstacle()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.Process!.KillAsync();
        Assert.True(Path.Exists(Path.Combine(server.DataFolder, "admin.sock")));
        var unreachable = await server.RunCliAsync("client", "list");
        Assert.Equal(3, unreachable.ExitCode);
        await server.StartAgainAsync();
        await server.JsonAsync("client", "list");
    }

    private static async Task CreateUntilItBreaksAsync(AdminSocket admin, string prefix, ConcurrentDictionary<string, string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var client = $"{prefix}-{i}";
                using var answer = await admin.PostAsync("clients", $$"""{"client_id":"{{client}}"}""");
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
                var created = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
                acknowledged[client] = created.GetProperty("api_key").GetString()!;
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private static async Task<string?> TokenErrorAsync(WatchwordServer server, string client, string key)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = key,
            ["resource"] = CallerExtensions.Billing,
        });
        using var answer = await server.Http.PostAsync(new Uri(server.Url + "/oauth2/token"), form);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error").GetString();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, timeout.Token);
        }
    }
}
