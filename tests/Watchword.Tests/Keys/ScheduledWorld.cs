// An issuer reduced to what the schedule of its keys sees, run through years in a moment. It breaks a test as soon as a law is broken.
using Watchword.Keys;

namespace Watchword.Tests.Keys;

internal sealed class ScheduledWorld : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private readonly List<ScheduledKey> _keys = [];
    private readonly Dictionary<string, DateTimeOffset> _published = [];
    private readonly Dictionary<string, DateTimeOffset> _signedLast = [];
    private readonly KeyPolicy _policy;
    private readonly SteadyTime? _steady;
    private int _made;

    /// <param name="policy">The times to keep to.</param>
    /// <param name="isSteady">Whether the issuer doubts jumps of its clock, as a real one does.</param>
    public ScheduledWorld(KeyPolicy policy, bool isSteady = true)
    {
        _policy = policy;
        if (isSteady) _steady = new SteadyTime(this, policy.Propagation > policy.Retention ? policy.Propagation : policy.Retention);
    }

    /// <summary>The true time, which nobody in this world can see.</summary>
    public DateTimeOffset True { get; private set; } = Start;

    /// <summary>How far the issuer's clock is off.</summary>
    public TimeSpan Off { get; set; }

    public KeyHolders Holders { get; set; }

    /// <summary>What the issuer's clock shows.</summary>
    public DateTimeOffset Now => True + Off;

    /// <summary>The time it goes by.</summary>
    private DateTimeOffset Believed => _steady?.Now() ?? Now;

    public int Rotations { get; private set; }

    public IReadOnlyList<ScheduledKey> Keys => _keys;

    public ScheduledKey Active => _keys.Single(key => key.State == KeyState.Active);

    public ScheduledKey Standby => _keys.Single(key => key.State == KeyState.Standby);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => (True - Start).Ticks;

    /// <summary>Lets time pass, looks, takes all steps, and checks the laws that hold whatever the clock shows.</summary>
    public KeyPlan Pass(TimeSpan time)
    {
        if (_keys.FirstOrDefault(key => key.State == KeyState.Active) is { } signing) _signedLast[signing.KeyId] = True + time;
        True += time;
        for (var steps = 0; ; steps++)
        {
            var now = Believed;
            var plan = KeySchedule.Next(_keys, Holders, now, _policy);
            if (plan.Step == KeyStep.None)
            {
                Assert.True(plan.LookAgain > now, "It looks again later, not at once.");
                Check();
                return plan;
            }
            Assert.True(steps < 40, "The steps come to an end.");
            Take(plan);
        }
    }

    public void RotateNow()
    {
        Activate(Standby.KeyId);
        Check();
    }

    public void Revoke(ScheduledKey key)
    {
        Set(key with { State = KeyState.Revoked });
        if (key.State == KeyState.Active) Set(Standby with { State = KeyState.Active, Activated = Now });
        if (key.State is KeyState.Active or KeyState.Standby) Prepare();
        Check();
    }

    private void Take(KeyPlan plan)
    {
        if (plan.Step == KeyStep.Prepare) Prepare();
        if (plan.Step == KeyStep.Activate)
        {
            if (_steady is not null && _keys.Exists(key => key.State == KeyState.Active))
                Assert.True(True - _published[plan.KeyId!] >= _policy.Propagation, "A key signs when all could have fetched it.");
            Activate(plan.KeyId!);
        }
        if (plan.Step == KeyStep.Drop)
        {
            var key = _keys.Single(key => key.KeyId == plan.KeyId);
            Assert.Equal(KeyState.Retired, key.State);
            if (_steady is not null) Assert.True(True - _signedLast[key.KeyId] >= Life, "A key leaves when the last token it signed has expired.");
            _keys.Remove(key);
        }
    }

    private void Prepare()
    {
        var kid = $"key-{++_made}";
        _published[kid] = True;
        _keys.Add(new ScheduledKey(kid, KeyState.Standby, Now));
    }

    private void Activate(string kid)
    {
        if (_keys.FirstOrDefault(key => key.State == KeyState.Active) is { } active)
        {
            _signedLast[active.KeyId] = True;
            Set(active with { State = KeyState.Retired, Retired = Now });
            Rotations++;
        }
        Set(Standby with { State = KeyState.Active, Activated = Now });
        Assert.Equal(kid, Active.KeyId);
        if (_keys.TrueForAll(key => key.State != KeyState.Standby)) Prepare();
    }

    private void Set(ScheduledKey key) => _keys[_keys.FindIndex(other => other.KeyId == key.KeyId)] = key;

    private void Check()
    {
        Assert.Single(_keys, key => key.State == KeyState.Active);
        Assert.Single(_keys, key => key.State == KeyState.Standby);
        Assert.True(_published[Active.KeyId] <= True, "Published before it signs.");
    }
}
