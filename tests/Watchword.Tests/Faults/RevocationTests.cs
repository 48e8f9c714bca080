// Fault 5: a key is revoked in an emergency; within the time of a refresh no target accepts what it signed.
using System.Net;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class RevocationTests
{
    private const double Refresh = 2;

    // For the fetch, and for processes that stand still meanwhile; with a clock of their own, other tests hold targets to the rhythm itself.
    // The bound of the defaults is 10 minutes for a refresh of 10.
    private const double Slack = 30;

    [Fact]
    public async Task A_revoked_key_is_refused_everywhere_within_the_refresh_interval()
    {
        var started = FaultTime.Stamp;
        using var folder = new TempFolder();
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 300);
        var running = await stage.AddTargetAsync("running", Refresh);
        var restarted = await stage.AddTargetAsync("restarted", Refresh, folder.File("keys"));
        await stage.StartLoadAsync();
        do
        {
            await FaultTime.PassAsync(1);
            var revoked = await stage.ActiveKeyAsync();
            var token = await stage.RequestTokenAsync();
            Assert.False(await IsRefusedAsync(running, token) || await IsRefusedAsync(restarted, token));
            // From now on it may be refused: a target can know of it before the command has ended.
            await stage.Caller!.PostAsync($"/faults/revoked?kid={revoked}&within=", 3600);
            await stage.Issuer.JsonAsync("key", "revoke", revoked, "--reason", "a test");
            // It begins with the key, out of its folder, and until its first fetch knows no better.
            await stage.RestartTargetAsync("restarted");
            var since = FaultTime.Stamp;
            foreach (var target in new[] { running, restarted })
                await UntilRefusedAsync(target, token, since);
            Assert.NotEqual(revoked, await stage.ActiveKeyAsync());

            // Once it was refused it must be for ever.
            var before = await RefusedAsync(stage);
            await stage.Caller.PostAsync($"/faults/revoked?kid={revoked}&within=", 0);
            Assert.True(await FaultTime.ComesTrueAsync(async () => (await RefusedAsync(stage)).Zip(before).All(static each => each.First > each.Second)), "No token by the revoked key was tried.");
            await FaultTime.PassAsync(FaultTime.IsLong ? 15 : 0);
        }
        while (FaultTime.Since(started) < FaultTime.Of(0));

        foreach (var counts in await stage.EndAsync("revocations"))
            Assert.True(counts.Of("refused by a revoked key") > 0, counts.ToString());
    }

    private static async Task<IReadOnlyList<long>> RefusedAsync(FaultStage stage) => [.. (await stage.CountsAsync()).Select(static counts => counts.Of("refused by a revoked key"))];

    private static async Task UntilRefusedAsync(FaultProcess target, string token, long since)
    {
        while (!await IsRefusedAsync(target, token))
        {
            Assert.True(FaultTime.Since(since).TotalSeconds < Refresh + Slack, $"It accepts a token by a revoked key: {target.Process}");
            await FaultTime.PassAsync(0.05);
        }
    }

    private static async Task<bool> IsRefusedAsync(FaultProcess target, string token)
    {
        using var answer = await target.CallAsync(token);
        if (answer.StatusCode == HttpStatusCode.OK)
            return false;
        Assert.Contains(RejectionCode.UnknownKey, answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        return true;
    }
}
