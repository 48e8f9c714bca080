// What the doctor finds wrong with the issuer's keys: that they do not rotate, and that they do not open.
using Watchword.Issuer.Findings;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class KeyFindingsTests : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private readonly JumpingClock _clock = new();
    private readonly List<KeyRotation> _rotations = [];
    private IssuerStores _stores = null!;
    private SigningKeys _signing = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await IssuerStores.OpenAsync(Path.Combine(_temp.Path, "data"), _clock);
        _signing = new SigningKeys(_stores.Keys);
        await _signing.EnsureAsync(SignatureAlgorithm.ES256, default);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rotation in _rotations)
            await rotation.DisposeAsync();
        _signing.Dispose();
        await _stores.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task Keys_that_rotate_are_no_finding()
    {
        var rotation = Rotation();
        for (var week = 0; week < 20; week++)
        {
            _clock.Advance(TimeSpan.FromDays(7));
            await rotation.LookAsync(default);
            Assert.Empty(await ExamineAsync(rotation));
        }
    }

    [Fact]
    public async Task A_rotation_that_stands_still_is_an_error()
    {
        var rotation = Rotation();
        _clock.Advance(TimeSpan.FromDays(30 + 7 + 1) - TimeSpan.FromSeconds(1));
        Assert.Empty(await ExamineAsync(rotation));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var finding = Assert.Single(await ExamineAsync(rotation));
        Assert.Equal((Severity.Error, "signing keys for ES256"), (finding.Severity, finding.Subject));
        Assert.Equal("rotation stands still: the key that signs has done so for 38 days, and the next was due 8 days ago", finding.Message);
        Assert.EndsWith("watchword key rotate --algorithm ES256", finding.Mend, StringComparison.Ordinal);
        await rotation.LookAsync(default);
        Assert.Empty(await ExamineAsync(rotation));
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_makes_no_rotation_overdue()
    {
        var rotation = Rotation();
        _ = rotation.Now;
        _clock.Off = TimeSpan.FromDays(100);
        Assert.Empty(await ExamineAsync(rotation));
    }

    [Fact]
    public async Task An_algorithm_without_a_standby_or_a_key_that_signs_is_an_error()
    {
        await _stores.ExecuteAsync("DELETE FROM signing_key WHERE state = 'standby'");
        Assert.Contains("no key that stands by", Assert.Single(await ExamineAsync(Rotation())).Message, StringComparison.Ordinal);
        await _stores.ExecuteAsync("DELETE FROM signing_key");
        await _stores.Resources.CreateAsync("https://legacy", [], null, "RS256", default);
        var found = await ExamineAsync(Rotation());
        Assert.Equal(["signing keys for ES256", "signing keys for RS256"], found.Select(finding => finding.Subject));
        Assert.All(found, finding => Assert.Equal((Severity.Error, true), (finding.Severity, finding.Message.StartsWith("there is no key that signs", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task An_interval_of_more_than_a_quarter_is_a_notice()
    {
        Assert.Empty(await ExamineAsync(Rotation(new KeyPolicy { RotationInterval = TimeSpan.FromDays(92) })));
        var finding = Assert.Single(await ExamineAsync(Rotation(new KeyPolicy { RotationInterval = TimeSpan.FromDays(93) })));
        Assert.Equal((Severity.Notice, "signing keys"), (finding.Severity, finding.Subject));
        Assert.Contains("every 93 days", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signing_key_or_shared_secret_that_does_not_open_is_an_error()
    {
        await _stores.Resources.CreateAsync("https://legacy", [], null, "HS256", default);
        Assert.Empty(await ExamineAsync(Rotation()));
        await _stores.ExecuteAsync("UPDATE signing_key SET box = (SELECT box FROM signing_key WHERE state = 'active') WHERE state = 'standby'");
        await _stores.ExecuteAsync("UPDATE shared_secret SET box = (SELECT box FROM signing_key WHERE state = 'active')");
        var found = await ExamineAsync(Rotation());
        var kid = Assert.Single(await _stores.Secrets.ListAsync("https://legacy", default)).KeyId;
        Assert.Equal(2, found.Count);
        Assert.StartsWith("signing key ", found[0].Subject, StringComparison.Ordinal);
        Assert.Equal($"shared secret {kid} of https://legacy", found[1].Subject);
        Assert.All(found, finding => Assert.Equal((Severity.Error, "restore the database from a backup"), (finding.Severity, finding.Mend)));
    }

    private KeyRotation Rotation(KeyPolicy? policy = null)
    {
        var holders = new HolderNotes(_stores.Database, _clock);
        _rotations.Add(new KeyRotation(_stores.Keys, _signing, holders, policy ?? new KeyPolicy(), new KeyAudit(new WrittenLog<KeyAudit>()), _clock));
        return _rotations[^1];
    }

    private Task<IReadOnlyList<Finding>> ExamineAsync(KeyRotation rotation) => new Doctor(
        new RotationCheck(_stores.Keys, _stores.Resources, rotation),
        new StoredKeyCheck(_stores.Keys, new ResourceReview(_stores.Database), new SharedSecrets(_stores.DataKeys))).ExamineAsync(default);
}
