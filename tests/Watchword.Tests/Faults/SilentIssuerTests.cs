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
        await using var stage = await FaultStage.StartAsync(TokenLifetime);
        using var folder = new TempFolder();
        await stage.AddTargetAsync("billing-1");
        await stage.AddTargetAsync("billing-2");
        await stage.StartLoadAsync(comparable: true);
        await FaultTime.PassAsync(0.7);

        await stage.Issuer.Process!.KillAsync();
        await FaultTime.PassAsync(TokenLifetime * 0.6);
        await stage.StartIssuerAsync();
        await FaultTime.PassAsync(2);
        await stage.EndAsync("issuer down");
    }
}
