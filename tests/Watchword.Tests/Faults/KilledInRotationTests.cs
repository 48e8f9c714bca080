// Fault 2: an issuer killed with -9 in the middle of rotations, again and again, and started again each time.
namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class KilledInRotationTests
{
    private const double LongestPause = 0.3;
    private static readonly int Kills = FaultTime.IsLong ? 20 : 12;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(240);

    [Fact]
    public async Task A_kill_at_any_moment_of_a_rotation_refuses_nobody()
    {
        // An issuer that is killed all the time is mostly away; a token lasts for many kills, and every instance of the caller asks for new ones.
        // A rotation waits for both targets, and much longer than the time between two kills: else a key that nobody could fetch would sign, and be gone again.
        await using var stage = await FaultStage.StartAsync(
            tokenLifetime: 300, program: FaultProcess.Issuer(rotation: 0.5, propagation: 0.5, delay: 60, retention: 340));
        await stage.AddTargetAsync("billing-1", refresh: 0.1);
        await stage.AddTargetAsync("billing-2", refresh: 0.1);
        await stage.StartLoadAsync(renew: 0.25);
        var started = FaultTime.Stamp;
        // Keys that rotate at moments of their own choice must come through between the kills: it takes as many kills as it takes, within a token's life.
        for (var kill = 0; kill < Kills || FaultTime.Since(started) < FaultTime.Of(0) || (await stage.KidsAsync()).Count <= Kills / 4; kill++)
        {
            Assert.True(FaultTime.Since(started) < FaultTime.Of(0) + LongestWait, "Kills kept the keys from rotating.");
            await FaultTime.PassAsync(Random.Shared.NextDouble() * LongestPause);
            await stage.Issuer.Process!.KillAsync();
            await stage.StartIssuerAsync();
        }

        await FaultTime.PassAsync(1);
        await stage.EndAsync("kills in rotations");
    }
}
