// Fault 1: keys that rotate under load, on schedule and by force.
using System.Net;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class RotationTests
{
    private const int Rotations = 10;
    private const int Forced = 3;
    private const double BetweenForced = 4;

    // Without the set-up, which takes what it takes.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Ten_rotations_in_a_row_refuse_nobody()
    {
        // A key signs for two seconds. More than 32 that have signed and are kept would leave no room for a rotation by force, however long the set-up takes.
        await using var stage = await FaultStage.StartAsync(
            tokenLifetime: 20, program: FaultProcess.Issuer(rotation: 1.5, propagation: 0.5, delay: 0.5, retention: 55));
        await stage.AddTargetAsync("ahead", refresh: 0.3);
        await stage.AddTargetAsync("on-demand"); // which holds up each rotation for as long as targets can: it does not hold the standby
        await stage.StartLoadAsync(renew: 0.25, comparable: true);
        var started = FaultTime.Stamp;
        for (var i = 0; i < Forced; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await stage.RotateNowAsync())?.Status);
            await FaultTime.PassAsync(i < Forced - 1 ? BetweenForced : 0.5);
        }

        // Each rotation changed the key of the tokens on the wire.
        while ((await stage.KidsAsync()).Count <= Rotations || FaultTime.Since(started) < FaultTime.Of(0))
        {
            Assert.True(FaultTime.Since(started) < FaultTime.Of(0) + LongestWait, $"Only these keys: {string.Join(' ', await stage.KidsAsync())}");
            await FaultTime.PassAsync(0.5);
        }
        await stage.EndAsync("rotations");
    }
}
