// A token in the cache, with the header it is sent in and what it knows of its own age.
using System.Net.Http.Headers;

namespace Watchword.Client.Tokens;

/// <summary>
/// The age is counted by the wall clock and by the monotonic one, and the greater counts: a clock that is set back does not make
/// a token last longer, and neither does a machine that was suspended.
/// </summary>
internal sealed class HeldToken(AccessToken token, TokenLife life, TokenMoment asked, TimeProvider clock)
{
    public AccessToken Token => token;

    /// <summary>Made once; a header value does not change.</summary>
    public AuthenticationHeaderValue Header { get; } = new("Bearer", token.Reveal());

    public bool IsFresh => asked.Age(clock) < life.FreshFor;

    public bool IsUsable => asked.Age(clock) < life.UsableFor;
}

/// <summary>A moment, by both clocks.</summary>
internal readonly record struct TokenMoment(DateTimeOffset Wall, long Stamp)
{
    public static TokenMoment Now(TimeProvider clock) => new(clock.GetUtcNow(), clock.GetTimestamp());

    public TimeSpan Age(TimeProvider clock)
    {
        var wall = clock.GetUtcNow() - Wall;
        var steady = clock.GetElapsedTime(Stamp);
        return wall > steady ? wall : steady;
    }
}
