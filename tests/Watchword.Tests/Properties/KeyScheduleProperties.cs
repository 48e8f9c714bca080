// The laws of rotation on random walks: time passes, targets come and go, the clock jumps, an operator rotates and revokes.
using CsCheck;
using Watchword.Keys;
using Watchword.Tests.Keys;

namespace Watchword.Tests.Properties;

public sealed class KeyScheduleProperties
{
    private static readonly KeyPolicy Policy = new();

    private static readonly Gen<(int Act, int Amount)[]> Walks = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 5_000]).Array[1, 120];

    [Fact]
    public void There_is_always_a_key_that_signs_and_one_that_will() => Walks.Holds(walk =>
    {
        var world = new ScheduledWorld(Policy);
        world.Pass(TimeSpan.Zero);
        foreach (var (act, amount) in walk) Act(world, act, amount, jumps: true);
    });

    [Fact]
    public void With_a_true_clock_nothing_is_early_and_nothing_later_than_the_longest_delay() => Walks.Holds(walk =>
    {
        var world = new ScheduledWorld(Policy);
        world.Pass(TimeSpan.Zero);
        foreach (var (act, amount) in walk)
        {
            var (active, standby, before) = (world.Active, world.Standby, world.Rotations);
            Act(world, act, amount, jumps: false);
            var isForced = act is 8 or 9;
            if (!isForced && world.Rotations > before)
            {
                Assert.True(world.Now >= active.Activated + Policy.RotationInterval, "It was due.");
                Assert.True(world.Now >= standby.Published + Policy.Propagation, "It had propagated.");
            }
            if (!isForced && world.Rotations == before)
                Assert.True(world.Now < KeySchedule.ActivatesAt(active, standby, Policy) + Policy.LongestDelay, "Targets delay only so long.");
        }
    });

    [Fact]
    public void Targets_never_hasten() => Walks.Holds(walk =>
    {
        var (with, without) = (new ScheduledWorld(Policy), new ScheduledWorld(Policy));
        foreach (var (act, amount) in walk)
        {
            // Only time and claims: an operator or a jump would meet two different states.
            Act(with, Math.Min(act, 6), amount, jumps: false);
            Act(without, Math.Min(act, 6), amount, jumps: false);
            without.Holders = default;
            Assert.True(with.Rotations <= without.Rotations, "Claims only delay.");
        }
    });

    private static void Act(ScheduledWorld world, int act, int amount, bool jumps)
    {
        switch (act)
        {
            case <= 4:
                world.Pass(TimeSpan.FromMinutes(amount));
                break;
            case 5:
                world.Holders = new KeyHolders(amount, amount);
                break;
            case 6:
                world.Holders = new KeyHolders(amount + 1, amount);
                break;
            case 7:
                if (jumps) world.Off = TimeSpan.FromHours((amount - 2_500) * 10);
                world.Pass(TimeSpan.FromSeconds(amount));
                break;
            case 8:
                world.RotateNow();
                break;
            default:
                world.Revoke(world.Keys.Where(key => key.State != KeyState.Revoked).ElementAt(amount % world.Keys.Count(key => key.State != KeyState.Revoked)));
                break;
        }
    }
}
