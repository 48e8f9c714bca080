// What the log says of keys, minute by minute, while the issuer is down for longer than they may be kept.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Trust;

namespace Watchword.Tests.AspNetCore;

public sealed class KeyRefreshLogTests : IDisposable
{
    private const string Issuer = "https://issuer.example";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CapturedLog _captured = new();

    public void Dispose() => _captured.Dispose();

    [Fact]
    public void An_outage_is_told_once_a_minute_and_its_end_once()
    {
        var log = New();
        log.Note(Good());
        log.Note(Good());
        for (var second = 0; second < 180; second += 10, _clock.Advance(TimeSpan.FromSeconds(10)))
            log.Note(Failing(keys: 2));
        log.Note(Good());
        Assert.Equal(["KeysFetched", "KeysNotFetched", "KeysNotFetched", "KeysNotFetched", "KeysFetched"], _captured.Lines.Select(line => line.Event.Name));
        Assert.Contains("goes on with the 2 it has, fetched at 2026-05-01 11:00:00Z, until 2026-05-02 11:00:00Z. It answered 500.", _captured.Of("KeysNotFetched").First().Text);
    }

    [Fact]
    public void Keys_that_are_dropped_are_told_of_at_once_and_as_an_error()
    {
        var log = New();
        log.Note(Good());
        log.Note(Failing(keys: 2));
        log.Note(Failing(keys: 0));
        log.Note(Failing(keys: 0));
        var line = Assert.Single(_captured.Of("KeysDropped"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("dropped its 2 keys", line.Text);
        _clock.Advance(TimeSpan.FromMinutes(1));
        log.Note(Failing(keys: 0));
        Assert.Contains("has none, so that its tokens are refused", _captured.Of("KeysNotFetched").Last().Text);
    }

    [Fact]
    public void The_same_fault_of_the_folder_is_told_once_an_hour_and_another_at_once()
    {
        var log = New();
        foreach (var (minutes, fault) in new[] { (0, "a"), (1, "a"), (0, "b"), (59, "b"), (1, "b") })
        {
            _clock.Advance(TimeSpan.FromMinutes(minutes));
            log.NoteFolder(fault);
        }
        Assert.Equal(3, _captured.Of("KeyFolderFailed").Count());
    }

    [Fact]
    public void Only_keys_from_the_folder_are_told_of_at_the_start()
    {
        var log = New();
        log.NoteStart(Good());
        Assert.Empty(_captured.Lines);
        log.NoteStart(Good() with { IsFromFolder = true });
        Assert.Single(_captured.Of("KeysRestored"));
    }

    [Fact]
    public void Clocks_that_stay_apart_are_told_of_once_an_hour()
    {
        var log = new ClockSkewLog("Watchword", TimeSpan.FromSeconds(30), _captured.CreateLogger("Watchword"), _clock);
        for (var minute = 0; minute <= 120; minute += 10, _clock.Advance(TimeSpan.FromMinutes(10)))
            log.Note(Good() with { ClockSkew = TimeSpan.FromSeconds(-10) });
        Assert.Equal(3, _captured.Of("ClocksApart").Count());
        log.Note(Good() with { ClockSkew = null });
        Assert.Empty(_captured.Of("ClocksAgree"));
        log.Note(Good() with { ClockSkew = TimeSpan.FromSeconds(9.9) });
        log.Note(Good() with { ClockSkew = TimeSpan.Zero });
        Assert.Single(_captured.Of("ClocksAgree"));
    }

    [Fact]
    public void Clocks_that_are_apart_the_other_way_are_told_of_at_once()
    {
        var log = new ClockSkewLog("Watchword", TimeSpan.FromSeconds(30), _captured.CreateLogger("Watchword"), _clock);
        foreach (var seconds in new[] { 60, 60, -60, -60, 60 })
            log.Note(Good() with { ClockSkew = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(["ahead of", "behind", "ahead of"], _captured.Of("ClocksApart").Select(line => line.Text.Contains("ahead of", StringComparison.Ordinal) ? "ahead of" : "behind"));
        Assert.Empty(_captured.Of("ClocksAgree"));
    }

    private KeyRefreshLog New() => new("Watchword", _captured.CreateLogger("Watchword"), _clock);

    private static KeySetState Good() => new() { Issuer = Issuer, Keys = 2, Age = TimeSpan.Zero, UsableFor = TimeSpan.FromDays(1) };

    private static KeySetState Failing(int keys) => new()
    {
        Issuer = Issuer,
        Keys = keys,
        Age = keys == 0 ? null : TimeSpan.FromHours(1),
        UsableFor = keys == 0 ? null : TimeSpan.FromHours(23),
        Fault = "It answered 500.",
        ErrorType = "status",
    };
}
