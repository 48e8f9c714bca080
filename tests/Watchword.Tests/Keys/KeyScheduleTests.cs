// When keys rotate: the rules one by one, then years of them.
using Watchword.Keys;

namespace Watchword.Tests.Keys;

public sealed class KeyScheduleTests
{
    private static readonly KeyPolicy Policy = new();
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeyHolders Nobody = new(0, 0);

    // Active and standby since the start; what happens at a time, with so many targets, so many of whom hold the standby.
    [Theory]
    [InlineData("0:00", 0, 0, KeyStep.None, "30.00:00")]
    [InlineData("29.23:59:59", 0, 0, KeyStep.None, "30.00:00")]
    [InlineData("30.00:00", 0, 0, KeyStep.Activate, null)]
    [InlineData("30.00:00", 39, 39, KeyStep.Activate, null)]
    [InlineData("30.00:00", 39, 38, KeyStep.None, "37.00:00")]
    [InlineData("36.23:59:59", 39, 0, KeyStep.None, "37.00:00")]
    [InlineData("37.00:00", 39, 0, KeyStep.Activate, null)]
    [InlineData("10.00:00", 39, 39, KeyStep.None, "30.00:00")]
    [InlineData("366.00:00", 39, 38, KeyStep.Activate, null)]
    [InlineData("-366.00:00", 39, 39, KeyStep.None, "30.00:00")]
    public void Active_key_is_due_after_its_interval_and_targets_can_delay_it(string at, int seen, int holding, KeyStep step, string? lookAgain)
    {
        ScheduledKey[] keys = [Active(Start), Standby(Start)];
        var plan = KeySchedule.Next(keys, new KeyHolders(seen, holding), Start + Span(at), Policy);
        Assert.Equal((step, step == KeyStep.Activate ? "standby" : null), (plan.Step, plan.KeyId));
        Assert.Equal(Start + Span(lookAgain ?? at), plan.LookAgain);
    }

    [Theory]
    [InlineData("0:00", "23:59:59", KeyStep.None)]
    [InlineData("0:00", "1.00:00", KeyStep.Activate)]
    [InlineData("12:00", "1.11:59", KeyStep.None)]
    public void Standby_signs_only_when_it_has_propagated(string published, string at, KeyStep step)
    {
        ScheduledKey[] keys = [Active(Start.AddDays(-100)), Standby(Start + Span(published))];
        Assert.Equal(step, KeySchedule.Next(keys, new KeyHolders(5, 5), Start + Span(at), Policy).Step);
    }

    [Fact]
    public void Delay_is_counted_from_when_both_conditions_of_time_are_met()
    {
        ScheduledKey[] keys = [Active(Start.AddDays(-100)), Standby(Start)];
        Assert.Equal(Start.AddDays(8), KeySchedule.Next(keys, new KeyHolders(5, 4), Start.AddDays(1), Policy).LookAgain);
    }

    [Theory]
    [InlineData("1.00:05:59", KeyStep.None)]
    [InlineData("1.00:06:00", KeyStep.Drop)]
    [InlineData("-1.00:00", KeyStep.None)]
    public void Retired_key_leaves_when_nothing_it_signed_can_be_used(string at, KeyStep step)
    {
        ScheduledKey[] keys = [Active(Start), Standby(Start), new("old", KeyState.Retired, Start.AddDays(-30)) { Retired = Start }];
        var plan = KeySchedule.Next(keys, Nobody, Start + Span(at), Policy);
        Assert.Equal((step, step == KeyStep.Drop ? "old" : null), (plan.Step, plan.KeyId));
        if (step == KeyStep.None) Assert.Equal(Start + Policy.Retention, plan.LookAgain);
    }

    [Fact]
    public void Oldest_of_several_retired_keys_leaves_first()
    {
        ScheduledKey[] keys =
        [
            Active(Start), Standby(Start),
            new("late", KeyState.Retired, Start) { Retired = Start.AddMinutes(1) }, new("early", KeyState.Retired, Start) { Retired = Start },
        ];
        Assert.Equal("early", KeySchedule.Next(keys, Nobody, Start.AddDays(2), Policy).KeyId);
    }

    [Fact]
    public void Missing_keys_come_at_once_and_revoked_ones_do_not_count()
    {
        var revoked = Active(Start) with { State = KeyState.Revoked };
        Assert.Equal(new KeyPlan(KeyStep.Prepare, null, Start), KeySchedule.Next([], Nobody, Start, Policy));
        Assert.Equal(new KeyPlan(KeyStep.Prepare, null, Start), KeySchedule.Next([revoked], Nobody, Start, Policy));
        Assert.Equal(new KeyPlan(KeyStep.Activate, "standby", Start), KeySchedule.Next([revoked, Standby(Start)], new KeyHolders(9, 0), Start, Policy));
    }

    [Fact]
    public void Two_keys_that_sign_are_a_mistake_of_the_caller() => Assert.Throws<ArgumentException>(
        () => KeySchedule.Next([Active(Start), Active(Start), Standby(Start)], Nobody, Start, Policy));

    [Fact]
    public void Ten_years_bring_a_rotation_every_thirty_days()
    {
        var world = new ScheduledWorld(Policy) { Holders = new KeyHolders(39, 39) };
        for (var hour = 0; hour < 10 * 365 * 24; hour++) world.Pass(TimeSpan.FromHours(1));
        Assert.Equal(10 * 365 / 30, world.Rotations);
        Assert.InRange(world.Keys.Count, 2, 3);
    }

    [Fact]
    public void Ten_years_of_targets_that_never_hold_the_standby_bring_one_every_thirty_seven_days()
    {
        var world = new ScheduledWorld(Policy) { Holders = new KeyHolders(1_000, 0) };
        for (var hour = 0; hour < 10 * 365 * 24; hour++) world.Pass(TimeSpan.FromHours(1));
        Assert.Equal(10 * 365 / 37, world.Rotations);
    }

    [Fact]
    public void Interval_as_short_as_the_propagation_is_kept()
    {
        var world = new ScheduledWorld(new KeyPolicy { RotationInterval = TimeSpan.FromHours(1), Propagation = TimeSpan.FromHours(1) });
        for (var minute = 0; minute <= 10 * 60; minute++) world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(10, world.Rotations);
    }

    [Theory]
    [InlineData("1:00", 0)]
    [InlineData("1.00:00", 0)]
    [InlineData("366.00:00", 1)]
    public void Clock_that_jumps_ahead_brings_one_rotation_at_most(string jump, int rotations)
    {
        var world = new ScheduledWorld(Policy, isSteady: false);
        world.Pass(TimeSpan.FromDays(2));
        world.Off = Span(jump);
        for (var minute = 0; minute < 23 * 60; minute++) world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(rotations, world.Rotations);
    }

    [Theory]
    [InlineData("-1:00")]
    [InlineData("-1.00:00")]
    [InlineData("-366.00:00")]
    public void Clock_that_falls_back_drops_and_hastens_nothing(string jump)
    {
        var world = new ScheduledWorld(Policy, isSteady: false);
        world.Pass(TimeSpan.FromDays(2));
        world.RotateNow();
        world.RotateNow();
        world.Off = Span(jump);
        for (var minute = 0; minute < 23 * 60; minute++) world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((2, 4), (world.Rotations, world.Keys.Count));
        world.Off = TimeSpan.Zero;
        world.Pass(TimeSpan.FromDays(2));
        Assert.Equal((2, 2), (world.Rotations, world.Keys.Count));
    }

    private static ScheduledKey Active(DateTimeOffset since) => new("active", KeyState.Active, since) { Activated = since };

    private static ScheduledKey Standby(DateTimeOffset published) => new("standby", KeyState.Standby, published);

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
