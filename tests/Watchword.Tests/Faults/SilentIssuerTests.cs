// Fault 3: an issuer that is down for longer than the keys are fresh and for most of a token's life.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class SilentIssuerTests
{
    private const int TokenLifetime = 600;

    // Callers try to renew a token from 72 to 88 % of its life on, and use it until 10 s before its end.
    private const double Age = TokenLifetime * 0.9;

    [Fact]
    public async Task Nobody_notices_that_the_issuer_is_down()
    {
        var started = FaultTime.Stamp;
        using var folder = new TempFolder();
        await using var stage = await FaultStage.StartAsync(TokenLifetime);
        var refreshing = await stage.AddTargetAsync("refreshing", refresh: 1);
        var restarted = await stage.AddTargetAsync("restarted", refresh: 1, keyFolder: folder.File("keys"));
        do
        {
            // Every cycle has callers that begin with a new token, which then has to last.
            await stage.StartLoadAsync(comparable: true);
            await FaultTime.PassAsync(0.7);
            await stage.Issuer.Process!.KillAsync();
            await FaultTime.PassAsync(1.5);
            await stage.RestartTargetAsync("restarted");
            if (FaultStage.Compares)
                await stage.RestartTargetAsync(FaultStage.Peer);

            // Most of the token's life is over at once, by the clocks of all but the issuer: a life that really passes is either too long for
            // a test or so short that a slow machine lets it end. Targets come back to the issuer's time before the issuer does.
            foreach (var process in new[] { refreshing, restarted, stage.Caller! })
                await process.PostAsync("/faults/clock?seconds=", Age);
            await FaultTime.PassAsync(5);
            foreach (var process in new[] { refreshing, restarted })
                await process.PostAsync("/faults/clock?seconds=", 0);
            await stage.StartIssuerAsync();
            await FaultTime.PassAsync(2);
            await stage.EndAsync("issuer down");
        }
        while (FaultTime.Since(started) < FaultTime.Of(0));
    }
}
