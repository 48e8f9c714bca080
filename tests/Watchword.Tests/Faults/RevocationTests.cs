// Fault 5: a key is revoked in an emergency; within the time of a refresh no target accepts what it signed.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class RevocationTests
{
    private const double Refresh = 2;

    // A fetch takes a moment on a busy machine; the bound of the defaults is 10 minutes for a refresh of 10.
    private const double Within = Refresh + 0.5;

    [Fact]
    public async Task A_revoked_key_is_refused_everywhere_within_the_refresh_interval()
    {
        var started = FaultTime.Stamp;
        using var folder = new TempFolder();
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 60);
        await stage.AddTargetAsync("running", Refresh);
        await stage.AddTargetAsync("restarted", Refresh, folder.File("keys"));
        await stage.StartLoadAsync();
        do
        {
            await FaultTime.PassAsync(1);
            var revoked = await stage.ActiveKeyAsync();
            // From now on it may be refused: a target can know of it before the command has ended. From then on it must be.
            await stage.Caller!.PostAsync($"/faults/revoked?kid={revoked}&within=", 3600);
            await stage.Issuer.JsonAsync("key", "revoke", revoked, "--reason", "a test");
            await stage.Caller.PostAsync($"/faults/revoked?kid={revoked}&within=", Within);
            await stage.RestartTargetAsync("restarted");
            await FaultTime.PassAsync(Within + (FaultTime.IsLong ? 15 : 2));
            Assert.NotEqual(revoked, await stage.ActiveKeyAsync());
        }
        while (FaultTime.Since(started) < FaultTime.Of(0));

        foreach (var counts in await stage.EndAsync("revocations"))
            Assert.True(counts.Of("refused by a revoked key") > 0, counts.ToString());
    }
}
