// The true time for tests that are not about time: a slow machine meets no limit of the product.
namespace Watchword.Tests.Trust;

/// <summary>
/// Tells the true time; its timers and its steady clock go at a fraction of their speed, or, by default, stand still. Timers that are
/// due within <paramref name="rings"/> go as they should all the same: those that try again, and none that gives up.
/// </summary>
internal sealed class PatientClock(double pace = 0, TimeSpan? rings = null) : TimeProvider
{
    /// <summary>One by which a fetch that failed is tried again, and nothing else happens by itself.</summary>
    public static PatientClock Retrying { get; } = new(rings: TimeSpan.FromSeconds(1));

    public override long GetTimestamp() => (long)(System.GetTimestamp() * pace);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Stretched(dueTime), Stretched(period));

    private TimeSpan Stretched(TimeSpan time) =>
        time <= rings ? time
        : time == Timeout.InfiniteTimeSpan || pace == 0 ? Timeout.InfiniteTimeSpan
        : time / pace;
}
