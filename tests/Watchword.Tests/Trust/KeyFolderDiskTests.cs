// A target's folder of keys on a disk that fills up or turns read-only: a warning, and no request is refused.
using System.Diagnostics;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class KeyFolderDiskTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<string> _faults = [];
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
        await target.AcceptsAsync(issuer.Token());
        await UntilKeptAsync(issuer, 1);
        await FillAsync();
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
        await FetchingTarget.UntilAsync(() => Faults == 1);
        await UntilKeptAsync(issuer, 1);
        issuer.Publish(issuer.NewKey());
        await target.AcceptsAsync(issuer.Token());
        await FetchingTarget.UntilAsync(() => Faults == 2);
        Assert.Equal([Path.Combine(Disk, "filler")], Directory.GetFiles(Disk));
        File.Delete(Path.Combine(Disk, "filler"));
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
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
        using var target = Start(issuer);
        Assert.True(target.Keys.State.IsFromFolder);
        issuer.Rotate();
        await target.AcceptsAsync(issuer.Token());
        await FetchingTarget.UntilAsync(() => Faults > 0);
        Assert.Contains("Read-only", _faults[0], StringComparison.Ordinal);
    }

    private int Faults
    {
        get
        {
            lock (_faults)
                return _faults.Count;
        }
    }

    private FetchingTarget Start(PublishingIssuer issuer)
    {
        var target = new FetchingTarget(issuer.Url, folder: new KeyFolder(Disk) { OnFault = Note });
        target.Keys.Start();
        return target;
    }

    private void Note(string fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }

    private Task UntilKeptAsync(PublishingIssuer issuer, int keys) => FetchingTarget.UntilAsync(() =>
        new KeyFolder(Disk).Read(issuer.Url, TimeSpan.FromDays(1), TimeProvider.System) is { } kept && Watchword.Keys.KeySet.Parse(kept.Document).Keys.Count == keys);

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
