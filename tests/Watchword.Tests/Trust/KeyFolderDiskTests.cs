// A target's folder of keys, and of its bundle, on a disk that fills up or turns read-only: a warning, and no request is refused.
using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class KeyFolderDiskTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ConcurrentQueue<string> _faults = new();
    // What was fetched later takes the place of what is there, so that no clock that is put back meanwhile will do.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly bool _mounted;

    public KeyFolderDiskTests()
    {
        Directory.CreateDirectory(Disk);
        _mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "watchword", Disk);
    }

    private string Disk => _temp.File("disk");

    public void Dispose()
    {
        if (_mounted)
            Run("umount", "-l", Disk);
        _temp.Dispose();
    }

    [Fact]
    public async Task A_full_disk_refuses_nobody_and_keeps_no_key_that_has_left_the_set()
    {
        Assert.SkipUnless(_mounted, "Only root can mount a small disk.");
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = Start(issuer);
        await target.StartAsync();
        await AcceptsAsync(target, issuer);
        await UntilKeptAsync(issuer, 1);
        await FillAsync();
        issuer.Rotate();
        await AcceptsAsync(target, issuer);
        await FetchingTarget.UntilAsync(() => !_faults.IsEmpty);
        await UntilKeptAsync(issuer, 1);
        issuer.Publish(issuer.NewKey());
        await AcceptsAsync(target, issuer);
        await FetchingTarget.UntilAsync(() => Directory.GetFiles(Disk) is [var left] && left == Path.Combine(Disk, "filler"));
        await FetchingTarget.UntilAsync(() => _faults.Count == 2);
        File.Delete(Path.Combine(Disk, "filler"));
        issuer.Rotate();
        await AcceptsAsync(target, issuer);
        await UntilKeptAsync(issuer, 2);
    }

    [Fact]
    public async Task A_read_only_disk_refuses_nobody_and_is_read_at_the_next_start()
    {
        Assert.SkipUnless(_mounted, "Only root can mount a small disk.");
        await using var issuer = await PublishingIssuer.StartAsync();
        using (var first = Start(issuer))
            await UntilKeptAsync(issuer, 1);
        Assert.True(Run("mount", "-o", "remount,ro", Disk));
        issuer.FailNext(int.MaxValue);
        using var target = Start(issuer);
        Assert.True(target.Keys.State.IsFromFolder);
        issuer.FailNext(0);
        issuer.Rotate();
        await AcceptsAsync(target, issuer);
        await FetchingTarget.UntilAsync(() => !_faults.IsEmpty);
        Assert.Contains("Read-only", _faults.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_keeps_no_bundle_that_trusts_somebody_more()
    {
        Assert.SkipUnless(_mounted, "Only root can mount a small disk.");
        var clock = new FakeTimeProvider(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        WriteBundle(clock, 1, "https://a.internal", "https://b.internal");
        using var target = new FollowingTarget(_temp.File("bundle"), clock, folder: Disk);
        await FillAsync();
        WriteBundle(clock, 2, "https://a.internal", "https://b.internal", "https://c.internal");
        await target.LookAsync();
        Assert.Contains("cannot be written", target.State.Fault, StringComparison.Ordinal);
        Assert.Equal((3, 1), (target.Issuers.Count, Directory.GetFiles(Disk, "*.bundle").Length));
        WriteBundle(clock, 3, "https://a.internal");
        await target.LookAsync();
        // The one that trusted b is gone, and what that frees may do for the new one.
        Assert.Equal(1, target.Issuers.Count);
        Assert.All(Directory.GetFiles(Disk, "*.bundle"), kept => Assert.DoesNotContain("b.internal", File.ReadAllText(kept), StringComparison.Ordinal));
        File.Delete(Path.Combine(Disk, "filler"));
        await target.LookAsync();
        Assert.Null(target.State.Fault);
        Assert.Single(Directory.GetFiles(Disk, "*.bundle"));
    }

    [Fact]
    public async Task A_full_disk_keeps_no_bundle_that_cannot_be_read()
    {
        Assert.SkipUnless(_mounted, "Only root can mount a small disk.");
        var kept = new KeptBundle(Disk, "place");
        Keep(1);
        File.SetUnixFileMode(Assert.Single(Directory.GetFiles(Disk)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await FillAsync();
        Assert.Contains("cannot be written", Assert.Throws<IOException>(() => Keep(2)).Message, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(Disk, "filler")], Directory.GetFiles(Disk));

        void Keep(long serial)
        {
            var bundle = new TrustBundle(serial, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), [new TrustEntry { Issuer = "https://a.internal" }]);
            kept.Write(bundle.ToJson(), bundle);
        }
    }

    private void WriteBundle(FakeTimeProvider clock, long serial, params string[] issuers)
    {
        var path = _temp.File("next");
        File.WriteAllBytes(path, new TrustBundle(serial, clock.GetUtcNow().AddDays(1), issuers.Select(issuer => new TrustEntry { Issuer = issuer })).ToJson());
        File.Move(path, _temp.File("bundle"), overwrite: true);
    }

    private FetchingTarget Start(PublishingIssuer issuer)
    {
        var target = new FetchingTarget(issuer.Url, _clock, folder: new KeyFolder(Disk) { OnFault = _faults.Enqueue });
        target.Keys.Start();
        return target;
    }

    private Task AcceptsAsync(FetchingTarget target, PublishingIssuer issuer) => target.AcceptsAsync(issuer.Token(at: _clock.GetUtcNow()));

    private Task UntilKeptAsync(PublishingIssuer issuer, int keys) => FetchingTarget.UntilAsync(() =>
        new KeyFolder(Disk).Read(issuer.Url, TimeSpan.FromDays(1), _clock) is { } kept && Watchword.Keys.KeySet.Parse(kept.Document).Keys.Count == keys);

    private async Task FillAsync()
    {
        await using var filler = new FileStream(Path.Combine(Disk, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
                await filler.WriteAsync(new byte[4096]);
        });
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
