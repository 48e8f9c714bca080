// When a token is renewed and how long it is used at the longest: a pure function of what the issuer said.
namespace Watchword.Client.Tokens;

/// <summary>The times of a token, counted from the moment before it was asked for.</summary>
/// <param name="Total">After this time the token is expired.</param>
/// <param name="FreshFor">After this time a new token is fetched while this one is still used.</param>
/// <param name="UsableFor">After this time the token is no longer sent, because it could expire on its way.</param>
internal readonly record struct TokenLife(TimeSpan Total, TimeSpan FreshFor, TimeSpan UsableFor)
{
    private const double RefreshShare = 0.8;
    private const double JitterShare = 0.1;
    private const double MarginShare = 0.1;
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    /// <summary>Plans a token's life.</summary>
    /// <param name="expiresIn">The life the issuer gave it, more than zero.</param>
    /// <param name="refreshIn">When the issuer wants to be asked again, if it said so; not believed unless it lies within the life.</param>
    /// <param name="jitter">From -1 to 1: spreads the refreshes of many services, ±10 %.</param>
    public static TokenLife Plan(TimeSpan expiresIn, TimeSpan? refreshIn, double jitter)
    {
        var margin = expiresIn * MarginShare;
        var usable = expiresIn - (margin < LongestMargin ? margin : LongestMargin);
        var refresh = refreshIn is { } wish && wish > TimeSpan.Zero && wish < expiresIn ? wish : expiresIn * RefreshShare;
        refresh *= 1 + (JitterShare * jitter);
        if (refresh < ShortestRefresh)
            refresh = ShortestRefresh;
        return new TokenLife(expiresIn, refresh < usable ? refresh : usable, usable);
    }
}
