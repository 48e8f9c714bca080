// A clock that can be set, as an administrator or a time server sets one: timers and what has passed know nothing of it.
using Microsoft.Extensions.Time.Testing;

namespace Watchword.Tests.Issuer;

internal sealed class JumpingClock() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    /// <summary>How far it is off.</summary>
    public TimeSpan Off { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Off;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
