// The clock of a fetcher whose test moves the time: the test's time, and timers by the true one, so that no fetch runs out of it.
namespace Watchword.Tests.Trust;

internal sealed class FetchingClock(TimeProvider shown) : TimeProvider
{
    public override long TimestampFrequency => shown.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => shown.GetUtcNow();

    public override long GetTimestamp() => shown.GetTimestamp();
}
