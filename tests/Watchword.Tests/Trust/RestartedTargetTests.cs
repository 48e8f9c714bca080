// A target with a folder of keys starts and serves while the issuer is down, and believes the issuer as soon as it is there.
using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class RestartedTargetTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private TimeProvider _clock = PatientClock.Retrying;
    private readonly ConcurrentQueue<string> _faults = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task It_serves_with_the_keys_on_disk_while_the_issuer_is_down()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await RunOnceAsync(issuer);
        issuer.FailNext(int.MaxValue);
        using var target = Restart(issuer);
        Assert.Equal((1, true), (target.Keys.State.Keys, target.Keys.State.IsFromFolder));
        await target.AcceptsAsync(issuer.Token());
        await FetchingTarget.UntilAsync(() => target.Keys.Fault is not null);
        await target.AcceptsAsync(issuer.Token());
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task It_fetches_at_once_all_the_same_and_so_learns_which_keys_are_gone()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await RunOnceAsync(issuer);
        var old = issuer.Token();
        issuer.Publish(issuer.NewKey());
        using var target = Restart(issuer);
        await FetchingTarget.UntilAsync(() => !target.Keys.State.IsFromFolder);
        await target.RefusesAsync(RejectionCode.UnknownKey, old);
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task A_key_that_has_left_the_set_does_not_come_back_with_a_restart()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        // What was fetched later takes the place of what is there, so that no clock that is put back meanwhile will do.
        _clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await RunOnceAsync(issuer);
        var revoked = issuer.Token();
        issuer.Publish(issuer.NewKey());
        await RunOnceAsync(issuer);
        _clock = PatientClock.Retrying;
        issuer.FailNext(int.MaxValue);
        using var target = Restart(issuer);
        await target.AcceptsAsync(issuer.Token());
        await target.RefusesAsync(RejectionCode.UnknownKey, revoked);
    }

    [Fact]
    public async Task The_age_counts_from_the_fetch_through_any_number_of_restarts()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        _clock = clock;
        await using var issuer = await PublishingIssuer.StartAsync();
        await RunOnceAsync(issuer);
        issuer.FailNext(int.MaxValue);
        foreach (var hours in new[] { 8, 16 })
        {
            clock.Advance(TimeSpan.FromHours(8));
            using var target = Restart(issuer);
            Assert.InRange(target.Keys.State.Age!.Value, TimeSpan.FromHours(hours), TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(1));
            Assert.InRange(target.Keys.State.UsableFor!.Value, TimeSpan.FromHours(24 - hours) - TimeSpan.FromMinutes(1), TimeSpan.FromHours(24 - hours));
        }
        using var last = Restart(issuer);
        await FetchingTarget.UntilAsync(() => last.Keys.Fault is not null);
        clock.Advance(TimeSpan.FromHours(8));
        await FetchingTarget.UntilAsync(() => last.Keys.Current.Keys.Count == 0, () => clock.Advance(TimeSpan.FromSeconds(1)));
        using var tooLate = Restart(issuer);
        Assert.Equal(0, tooLate.Keys.State.Keys);
        Assert.Contains("too old", Assert.Single(_faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task A_clock_that_is_set_while_the_target_runs_drops_no_key_and_stops_no_fetch(int days)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var clock = new ShiftedClock(PatientClock.Retrying);
        _clock = clock;
        using var target = Restart(issuer);
        await target.StartAsync();
        await target.AcceptsAsync(issuer.Token());
        clock.Ahead = TimeSpan.FromDays(days);
        Assert.InRange(target.Keys.State.Age!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        issuer.FailNext(1);
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("early"));
        Assert.Single(target.Keys.Current.Keys);
        clock.Ahead = TimeSpan.Zero;
        await target.AcceptsAsync(issuer.Token());
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_refuses_nobody_and_is_told_of()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var deleted = new TaskCompletionSource();
        issuer.AnswerMetadataBy(async context =>
        {
            await deleted.Task;
            await PublishingIssuer.JsonAsync(context, $$"""{"issuer":"{{issuer.Url}}","jwks_uri":"{{issuer.Url}}/keys"}""");
        });
        using var target = Restart(issuer);
        Directory.Delete(_temp.File("keys"));
        deleted.SetResult();
        await target.AcceptsAsync(issuer.Token());
        await FetchingTarget.UntilAsync(() => !_faults.IsEmpty);
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
    }

    [Fact]
    public async Task Several_issuers_and_targets_share_one_folder()
    {
        await using var one = await PublishingIssuer.StartAsync();
        await using var two = await PublishingIssuer.StartAsync();
        await Task.WhenAll(new[] { one, two, one, two }.Select(RunOnceAsync));
        one.FailNext(int.MaxValue);
        two.FailNext(int.MaxValue);
        using var first = Restart(one);
        using var second = Restart(two);
        await first.AcceptsAsync(one.Token());
        await second.AcceptsAsync(two.Token());
        await first.RefusesAsync(RejectionCode.UnknownIssuer, two.Token());
        Assert.Equal(2, Directory.GetFiles(_temp.File("keys"), "*.keys").Length);
        Assert.Empty(_faults);
    }

    private FetchingTarget Restart(PublishingIssuer issuer)
    {
        var target = new FetchingTarget(issuer.Url, _clock, folder: new KeyFolder(_temp.File("keys")) { OnFault = _faults.Enqueue });
        target.Keys.Start();
        return target;
    }

    // Until the keys of the moment are on disk.
    private async Task RunOnceAsync(PublishingIssuer issuer)
    {
        using var target = Restart(issuer);
        var kid = issuer.Key.KeyId;
        await FetchingTarget.UntilAsync(() => new KeyFolder(_temp.File("keys")).Read(issuer.Url, TimeSpan.FromDays(1), _clock) is { } kept
            && System.Text.Encoding.UTF8.GetString(kept.Document).Contains(kid, StringComparison.Ordinal));
    }
}
