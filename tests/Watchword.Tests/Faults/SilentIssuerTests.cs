// Fault 3: an issuer that is down for longer than the keys are fresh and for most of a token's life.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class SilentIssuerTests
{
    private const int TokenLifetime = 12;

    [Fact]
    public async Task Nobody_notices_that_the_issuer_is_down()
    {
        var started = FaultTime.Stamp;
        using var folder = new TempFolder();
        await using var stage = await FaultStage.StartAsync(TokenLifetime);
        await stage.AddTargetAsync("refreshing", refresh: 1);
        await stage.AddTargetAsync("restarted", refresh: 1, keyFolder: folder.File("keys"));
        do
        {
            // Every cycle has callers that begin with a new token, which then has to last.
            await stage.StartLoadAsync(comparable: true);
            await FaultTime.PassAsync(0.7);
            await stage.Issuer.Process!.KillAsync();
            var down = FaultTime.Stamp;
            await FaultTime.PassAsync(1.5);
            await stage.RestartTargetAsync("restarted");
            if (FaultStage.Compares)
                await stage.RestartTargetAsync(FaultStage.Peer);
            await FaultTime.PassAsync((TokenLifetime * 0.62) - FaultTime.Since(down).TotalSeconds);
            await stage.StartIssuerAsync();
            await FaultTime.PassAsync(2);
            await stage.EndAsync("issuer down");
        }
        while (FaultTime.Since(started) < FaultTime.Of(0));
    }
}
