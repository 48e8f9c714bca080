// Fault 2: an issuer killed with -9 in the middle of rotations, again and again, and started again each time.
namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class KilledInRotationTests
{
    private const int Kills = 20;
    private const double LongestPause = 0.3;

    [Fact]
    public async Task A_kill_at_any_moment_of_a_rotation_refuses_nobody()
    {
        var started = FaultTime.Stamp;
        // The times of `watchword serve` do; only a long run would come to the bound of 32 retired keys.
        await using var stage = await FaultStage.StartAsync(
            tokenLifetime: 10, program: FaultTime.IsLong ? FaultProcess.Issuer(rotation: 2, propagation: 1, delay: 5, retention: 45) : null);
        await stage.AddTargetAsync("billing-1");
        await stage.AddTargetAsync("billing-2");
        await stage.StartLoadAsync(renew: 0.25);
        for (var kill = 0; kill < Kills || FaultTime.Since(started) < FaultTime.Of(0); kill++)
        {
            using var over = new CancellationTokenSource();
            var rotating = RotateUntilAsync(stage, over.Token);
            await FaultTime.PassAsync(Random.Shared.NextDouble() * LongestPause);
            await stage.Issuer.Process!.KillAsync();
            await over.CancelAsync();
            await rotating;
            await stage.StartIssuerAsync();
        }

        await FaultTime.PassAsync(1);
        Assert.True((await stage.KidsAsync()).Count > 2);
        Assert.NotNull(await stage.RotateNowAsync());
        await stage.EndAsync("kills in rotations");
    }

    private static async Task RotateUntilAsync(FaultStage stage, CancellationToken over)
    {
        for (var rotated = 0; rotated < (FaultTime.IsLong ? 5 : 1) && !over.IsCancellationRequested; rotated++)
            await stage.RotateNowAsync();
    }
}
