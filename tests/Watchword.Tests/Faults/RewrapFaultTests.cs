// The master key is replaced under load, beside backups, and with kill -9 at any moment: nothing fails, and always a key opens the database.
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Watchword.Tests.Issuer;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

public sealed class RewrapFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_kill_at_any_moment_leaves_an_issuer_that_starts_and_knows_its_callers()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync("orders", "--algorithm", "HS256");
        for (var round = 0; round < 8; round++)
        {
            using var admin = new AdminSocket(Path.Combine(server.DataFolder, "admin.sock"));
            var done = 0;
            var rewrapping = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RewrapUntilItBreaksAsync(admin, () => Interlocked.Increment(ref done))));
            var since = FaultTime.Stamp;
            while (Volatile.Read(ref done) < 3 + round && !rewrapping.IsCompleted)
            {
                Assert.True(FaultTime.Since(since) < Patience, "The key is not replaced.");
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
            if (rewrapping.IsCompleted)
            {
                await rewrapping;
                Assert.Fail($"Nobody was killed, and yet the issuer answered no longer. {server.Process}");
            }
            await Task.Delay(TimeSpan.FromMicroseconds(Random.Shared.Next(20_000)), TimeProvider.System);
            await server.Process!.KillAsync();
            await rewrapping;
            await server.StartAgainAsync();
            Assert.NotEmpty(await server.RequestTokenAsync(caller));
            Assert.False(File.Exists(Path.Combine(server.DataFolder, "master.key.next")));
        }
    }

    [Fact]
    public async Task Tokens_administration_and_backups_go_on_while_it_is_replaced()
    {
        await using var server = await IssuerServer.StartAsync();
        var client = await server.AddClientAsync();
        var backups = Directory.CreateTempSubdirectory("watchword-test-").FullName;
        var answers = new ConcurrentQueue<HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        Task[] others =
        [
            .. Enumerable.Range(0, 4).Select(_ => RepeatAsync(async _ => (HttpStatusCode)(await server.AskAsync(client)).Status)),
            RepeatAsync(round => AdminAsync("clients", $$"""{"client_id":"client-{{round}}"}""")),
            RepeatAsync(round => AdminAsync("backup", $$"""{"file":"{{Path.Combine(backups, $"{round}.backup")}}"}""")),
        ];
        for (var i = 0; i < 20; i++)
            await server.AdminAsync(HttpMethod.Post, "master-key/rewrap");
        await stop.CancelAsync();
        await Task.WhenAll(others);
        Directory.Delete(backups, recursive: true);
        Assert.All(answers, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created, $"{status}"));
        // The web server itself warns where the machine is slow.
        Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning Watchword", StringComparison.Ordinal));

        async Task RepeatAsync(Func<int, Task<HttpStatusCode>> act)
        {
            for (var round = 0; !stop.IsCancellationRequested; round++)
                answers.Enqueue(await act(round));
        }

        async Task<HttpStatusCode> AdminAsync(string path, string body)
        {
            using var answer = await server.AdminSendAsync(HttpMethod.Post, path, body);
            return answer.StatusCode;
        }
    }

    private static async Task RewrapUntilItBreaksAsync(AdminSocket admin, Action done)
    {
        try
        {
            while (true)
            {
                using var answer = await admin.PostAsync("master-key/rewrap", "{}");
                Assert.True(answer.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
                done();
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }
}
