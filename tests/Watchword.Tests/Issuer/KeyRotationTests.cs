// Rotation in the background of a real store: time alone brings it, targets delay it, faults do not stop the signing.
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class KeyRotationTests : IAsyncLifetime
{
    private const string Billing = "https://billing";
    private readonly TempFolder _temp = new();
    private readonly JumpingClock _clock = new();
    private readonly WrittenLog<KeyAudit> _log = new();
    private IssuerStores _stores = null!;
    private SigningKeys _signing = null!;
    private HolderNotes _holders = null!;
    private KeyRotation _rotation = null!;

    private KeyRing Ring => _signing.Ring;

    private string Current => Ring.Current(SignatureAlgorithm.ES256).KeyId;

    public async ValueTask InitializeAsync()
    {
        _stores = await IssuerStores.OpenAsync(Path.Combine(_temp.Path, "data"), _clock);
        await _stores.Resources.CreateAsync(Billing, [], null, null, default);
        _signing = new SigningKeys(_stores.Keys);
        await _signing.EnsureAsync(SignatureAlgorithm.ES256, default);
        _holders = new HolderNotes(_stores.Database, _clock);
        _rotation = Rotation(new KeyPolicy());
    }

    public async ValueTask DisposeAsync()
    {
        await _rotation.DisposeAsync();
        _signing.Dispose();
        await _stores.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Key_takes_over_after_its_time_and_the_old_one_leaves_later()
    {
        var (first, second) = (Current, Ring.Published.Keys[1].KeyId!);
        await PassAsync(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal((first, 2), (Current, Ring.Published.Keys.Count));
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((second, 3), (Current, Ring.Published.Keys.Count));
        Assert.True(Ring.Published.Contains(first));
        await PassAsync(TimeSpan.FromHours(24));
        Assert.True(Ring.Published.Contains(first));
        await PassAsync(TimeSpan.FromMinutes(6));
        Assert.False(Ring.Published.Contains(first));
        Assert.Equal(
            [$"{first} (ES256): active -> retired", $"{second} (ES256): standby -> active", "new -> standby", $"{first} (ES256): retired -> dropped"],
            _log.Lines.Select((line, at) => at == 2 ? line.Split("ES256): ")[1].Split(',')[0] : line["Signing key ".Length..].Split(',')[0]));
        Assert.All(_log.Lines, line => Assert.EndsWith("by schedule: it is time", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_algorithm_in_use_rotates()
    {
        await _signing.EnsureAsync(SignatureAlgorithm.PS256, default);
        var before = Ring.Current(SignatureAlgorithm.PS256).KeyId;
        await PassAsync(TimeSpan.FromDays(30));
        Assert.NotEqual(before, Ring.Current(SignatureAlgorithm.PS256).KeyId);
        Assert.Equal(6, Ring.Published.Keys.Count);
    }

    [Fact]
    public async Task Target_that_lacks_the_standby_delays_up_to_the_limit()
    {
        await _rotation.DisposeAsync();
        // A target that is seen for longer than it takes to propagate; otherwise it has been given the standby by then.
        _rotation = Rotation(new KeyPolicy { RotationInterval = TimeSpan.FromHours(1), Propagation = TimeSpan.FromHours(1), LongestDelay = TimeSpan.FromHours(20) });
        var first = Current;
        _holders.Add(new KeyHolder(Billing, "0123456789012345678901", "0.1.0"), newestKey: 1);
        await PassAsync(TimeSpan.FromHours(20));
        Assert.Equal(first, Current);
        await PassAsync(TimeSpan.FromHours(1));
        Assert.NotEqual(first, Current);
    }

    [Fact]
    public async Task Target_that_fetches_the_standby_delays_no_more()
    {
        await _rotation.DisposeAsync();
        _rotation = Rotation(new KeyPolicy { RotationInterval = TimeSpan.FromHours(1), Propagation = TimeSpan.FromHours(1) });
        var first = Current;
        _holders.Add(new KeyHolder(Billing, "0123456789012345678901", "0.1.0"), newestKey: 1);
        await PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(first, Current);
        _holders.Add(new KeyHolder(Billing, "0123456789012345678901", "0.1.0"), newestKey: 2);
        await PassAsync(TimeSpan.FromSeconds(2));
        Assert.NotEqual(first, Current);
    }

    [Fact]
    public async Task Clock_that_jumps_ahead_drops_nothing_and_hastens_nothing()
    {
        await _stores.RotateAsync();
        await _rotation.LookAsync(default);
        var before = Ring.Published.Keys.Select(key => key.KeyId).ToArray();
        _clock.Off = TimeSpan.FromDays(366);
        await PassAsync(TimeSpan.Zero);
        await PassAsync(TimeSpan.FromHours(24));
        Assert.Equal(before, Ring.Published.Keys.Select(key => key.KeyId));
        await PassAsync(TimeSpan.FromMinutes(6));
        Assert.NotEqual(before[0], Current);
        await PassAsync(TimeSpan.FromHours(23));
        Assert.Equal(before[1], Current);
    }

    [Fact]
    public async Task Fault_of_the_database_is_said_and_tried_again_and_the_ring_goes_on_signing()
    {
        _rotation.Start();
        var before = Current;
        await _stores.ExecuteAsync("ALTER TABLE signing_key RENAME TO away");
        await UntilAsync(() => _log.Lines.Count >= 2);
        Assert.Equal(before, Current);
        Assert.All(_log.Lines, line => Assert.Contains("those in force go on signing; it is tried again: the database", line, StringComparison.Ordinal));
        await _stores.ExecuteAsync("ALTER TABLE away RENAME TO signing_key");
        await UntilAsync(() => _log.Lines[^1].Contains("looked after again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_rotate_though_what_targets_said_cannot_be_written()
    {
        var first = Current;
        _holders.Add(new KeyHolder(Billing, "0123456789012345678901", "0.1.0"), newestKey: 2);
        await _stores.ExecuteAsync("CREATE TRIGGER full_disk BEFORE INSERT ON key_holder BEGIN SELECT RAISE(ABORT, 'full'); END");
        _clock.Advance(TimeSpan.FromDays(30));
        await Assert.ThrowsAsync<StorageException>(() => _rotation.LookAsync(default));
        Assert.NotEqual(first, Current);
        Assert.Equal(1, _holders.Pending);
    }

    [Fact]
    public async Task What_another_process_did_is_taken_up_in_seconds()
    {
        _rotation.Start();
        var before = Current;
        await _stores.RotateAsync();
        await UntilAsync(() => Current != before);
    }

    private KeyRotation Rotation(KeyPolicy policy) => new(_stores.Keys, _signing, _holders, policy, new KeyAudit(_log), _clock);

    private async Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await _rotation.LookAsync(default);
        Assert.True(Ring.Published.Contains(Current));
        Assert.Single(await _stores.Keys.ReadAsync(revokedToo: false, default), key => key.State == KeyState.Standby && key.Algorithm == SignatureAlgorithm.ES256);
    }

    // Two seconds of the test's clock at a time, until what runs in the background has done it.
    private async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
        Assert.True(condition());
    }
}
