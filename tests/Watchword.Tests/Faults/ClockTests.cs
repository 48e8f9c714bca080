// Fault 7: a target whose clock is wrong, by less than the leeway, by more, and by an hour for a moment.
using System.Net;
using System.Text.RegularExpressions;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed partial class ClockTests
{
    private const double Refresh = 0.5;
    private const int TokenLifetime = 30;

    // Within the leeway of 30 s, by so much that a token may be on its way for a while, and that the clock of all may be set by a little.
    private const int Within = 20;

    // So far beyond it that it is seen with a token of any age.
    private const int Beyond = 90;
    private static readonly string[] Reasons = ["expired", "issued_in_future", "not_yet_valid"];

    [Fact]
    public async Task A_wrong_clock_refuses_nobody_within_the_leeway_and_says_so_beyond_it()
    {
        await using var stage = await FaultStage.StartAsync(TokenLifetime);
        await stage.AddTargetAsync("behind", offset: -Within);
        await stage.AddTargetAsync("ahead", offset: Within);
        var strayed = await stage.AddPlainTargetAsync("strayed", Refresh);
        await stage.StartLoadAsync(leeway: 31 + Within);
        foreach (var (offset, warning) in new[] { (Beyond, " s ahead of "), (-Beyond, " s behind "), (3600, ""), (-3600, "") })
        {
            var before = await RefusedAsync(stage);
            await strayed.PostAsync("/faults/clock?seconds=", offset);
            await strayed.Process.WaitForLineAsync(line => line.Contains(warning, StringComparison.Ordinal));
            Assert.True(await FaultTime.ComesTrueAsync(async () => await RefusedAsync(stage) > before), "The clock is wrong, and nobody is refused.");
            await FaultTime.PassAsync(FaultTime.Of(4).TotalSeconds / 4);
            await strayed.PostAsync("/faults/clock?seconds=", 0);
            using (var answer = await strayed.CallAsync(await stage.RequestTokenAsync()))
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            // It warns again once it has seen that the clocks agree.
            Assert.True(await FaultTime.ComesTrueAsync(async () => await strayed.HealthAsync() == "Healthy"), $"It does not see that its clock is right: {strayed.Process}");
        }

        var counts = Strayed(await stage.EndAsync("wrong clocks"));
        var reasons = counts.RefusalReasons.Select(static reason => RejectionCode().Match(reason).Groups[1].Value).ToHashSet();
        Assert.True(reasons.Count > 0 && reasons.IsSubsetOf(Reasons), counts.ToString());
    }

    private static async Task<long> RefusedAsync(FaultStage stage) => Strayed(await stage.CountsAsync()).WronglyRefused;

    private static FaultCounts Strayed(IReadOnlyList<FaultCounts> all) => all.Single(static each => each.Target == "strayed");

    [GeneratedRegex("error_description=\"([a-z_]+):")]
    private static partial Regex RejectionCode();
}
