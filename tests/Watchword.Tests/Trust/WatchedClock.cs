// A clock that the test moves, and that shows how long the product means to wait by it.
using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Watchword.Tests.Trust;

internal sealed class WatchedClock() : FakeTimeProvider(System.GetUtcNow())
{
    /// <summary>How long each timer was set for, once it goes.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Waits.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Waits until something waits by this clock.</summary>
    public Task UntilWaitedForAsync() => FetchingTarget.UntilAsync(() => !Waits.IsEmpty);

    /// <summary>Sets the time, and waits until the one that waits by this clock has woken up, done its work, and waits again.</summary>
    public async Task WakeAsync(DateTimeOffset time)
    {
        var waits = Waits.Count;
        SetUtcNow(time);
        await FetchingTarget.UntilAsync(() => Waits.Count > waits);
    }
}
