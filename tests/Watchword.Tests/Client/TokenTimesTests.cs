// The two pure functions of time: how long a token is used, and how long a failure keeps the next request waiting.
using Watchword.Client.Tokens;

namespace Watchword.Tests.Client;

public sealed class TokenTimesTests
{
    [Theory]
    [InlineData(300, null, 0, 240, 290)]
    [InlineData(300, null, 1, 264, 290)]
    [InlineData(300, null, -1, 216, 290)]
    [InlineData(300, 100.0, 0, 100, 290)]
    [InlineData(300, 300.0, 0, 240, 290)]
    [InlineData(300, 900.0, 0, 240, 290)]
    [InlineData(300, -5.0, 0, 240, 290)]
    [InlineData(300, 0.001, 0, 1, 290)]
    [InlineData(10, null, 1, 8.8, 9)]
    [InlineData(1, null, 1, 0.9, 0.9)]
    [InlineData(86400, null, 0, 69120, 86390)]
    public void A_token_is_refreshed_before_it_is_given_up(double life, double? wish, double jitter, double fresh, double usable)
    {
        var plan = TokenLife.Plan(TimeSpan.FromSeconds(life), wish is null ? null : TimeSpan.FromSeconds(wish.Value), jitter);
        Assert.Equal(fresh, plan.FreshFor.TotalSeconds, 3);
        Assert.Equal(usable, plan.UsableFor.TotalSeconds, 3);
        Assert.True(plan.UsableFor < plan.Total);
    }

    [Theory]
    [InlineData(1, true, null, 1)]
    [InlineData(2, true, null, 2)]
    [InlineData(3, true, null, 4)]
    [InlineData(7, true, null, 60)]
    [InlineData(int.MaxValue, true, null, 60)]
    [InlineData(1, false, null, 0)]
    [InlineData(2, false, null, 0.25)]
    [InlineData(4, false, null, 1)]
    [InlineData(int.MaxValue, false, null, 1)]
    [InlineData(1, true, 30.0, 30)]
    [InlineData(1, true, 3600.0, 60)]
    [InlineData(1, false, 3600.0, 5)]
    [InlineData(1, true, -3600.0, 1)]
    public void Pauses_grow_and_are_bounded(int failures, bool hasToken, double? wish, double seconds)
    {
        var pause = RetryPause.After(failures, hasToken, wish is null ? null : TimeSpan.FromSeconds(wish.Value), 0);
        Assert.Equal(seconds, pause.TotalSeconds, 3);
    }

    [Theory]
    [InlineData(3, true, 3.6, 4.4)]
    [InlineData(9, true, 54, 66)]
    [InlineData(2, false, 0.225, 0.275)]
    public void Pauses_of_many_services_are_spread(int failures, bool hasToken, double shortest, double longest)
    {
        Assert.Equal(shortest, RetryPause.After(failures, hasToken, null, -1).TotalSeconds, 3);
        Assert.Equal(longest, RetryPause.After(failures, hasToken, null, 1).TotalSeconds, 3);
    }
}
