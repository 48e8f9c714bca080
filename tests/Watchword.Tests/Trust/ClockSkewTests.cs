// The skew of two clocks, from the Date of an answer: never more than there is, and nothing where an answer does not tell.
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class ClockSkewTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1.9, 0, 0)]
    [InlineData(2.5, 0, 0.5)]
    [InlineData(60, 0, 58)]
    [InlineData(60, 5, 58)]
    [InlineData(-60, 0, -60)]
    [InlineData(-60, 5, -55)]
    [InlineData(-4, 5, 0)]
    [InlineData(3600, 0.1, 3598)]
    public void It_is_what_neither_whole_seconds_nor_a_slow_answer_explain(double ahead, double took, double skew) =>
        Assert.Equal(TimeSpan.FromSeconds(skew), ClockSkew.Between(TokenForge.Now.AddSeconds(ahead), TimeSpan.FromSeconds(took), TokenForge.Now));

    [Theory]
    [InlineData("0", null, -60)]
    [InlineData("60", null, -120)]
    [InlineData("-120", null, 58)]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("yesterday", null, null)]
    [InlineData("Thu, 99 Jan 2026 00:00:00 GMT", null, null)]
    [InlineData("-120", "60", null)]
    [InlineData("-120", "rubbish", 58)]
    public async Task It_is_read_from_the_answer_with_the_keys(string? date, string? age, int? skew)
    {
        var real = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url, new FakeTimeProvider(real.AddSeconds(-60)));
        var keys = System.Text.Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson());
        issuer.AnswerKeysBy(context =>
        {
            // An empty one makes Kestrel leave it out.
            context.Response.Headers.Date = date is null ? "" : int.TryParse(date, out var off) ? real.AddSeconds(off).ToString("r") : date;
            if (age is not null)
                context.Response.Headers.Age = age;
            return PublishingIssuer.JsonAsync(context, keys);
        });
        target.Keys.Start();
        await FetchingTarget.UntilAsync(() => target.Keys.Current.Keys.Count == 1);
        Assert.Equal(skew, target.Keys.State.ClockSkew?.TotalSeconds);
    }

    [Fact]
    public async Task An_answer_that_does_not_tell_leaves_what_the_last_one_said()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var target = new FetchingTarget(issuer.Url, new ShiftedClock(PatientClock.Retrying) { Ahead = TimeSpan.FromHours(1) });
        var keys = System.Text.Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson());
        issuer.AnswerKeysBy(context =>
        {
            // Of now: Kestrel's own is as old as its last look at the clock.
            context.Response.Headers.Date = TimeProvider.System.GetUtcNow().ToString("r");
            return PublishingIssuer.JsonAsync(context, keys);
        });
        await target.StartAsync();
        issuer.FailNext(1);
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("a"));
        issuer.AnswerKeysBy(context =>
        {
            context.Response.Headers.Date = "";
            return PublishingIssuer.JsonAsync(context, keys);
        });
        await target.RefusesAsync(RejectionCode.UnknownKey, issuer.ForgedWithKid("b"));
        var seen = target.Refreshes.ToArray();
        Assert.Equal([false, true, false, false], seen.Select(state => state.Fault is not null));
        Assert.InRange(seen[0].ClockSkew!.Value, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60));
        Assert.Equal(seen[0].ClockSkew, seen[1].ClockSkew);
        Assert.InRange(seen[2].ClockSkew!.Value, TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60));
        Assert.Equal(seen[2].ClockSkew, seen[3].ClockSkew);
    }
}
