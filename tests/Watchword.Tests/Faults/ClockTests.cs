// Fault 7: a target whose clock is wrong, by less than the leeway, by more, and by an hour for a moment.
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed partial class ClockTests
{
    private const double Refresh = 0.5;
    private static readonly string[] Reasons = ["expired", "issued_in_future", "not_yet_valid"];

    [Fact]
    public async Task A_wrong_clock_refuses_nobody_within_the_leeway_and_says_so_beyond_it()
    {
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 10);
        await stage.AddTargetAsync("behind", offset: -25);
        await stage.AddTargetAsync("ahead", offset: 25);
        var strayed = await stage.AddPlainTargetAsync("strayed", Refresh);
        await stage.StartLoadAsync();
        foreach (var (offset, warning) in new[] { (60, " s ahead of "), (-60, " s behind "), (3600, ""), (-3600, "") })
        {
            await strayed.PostAsync("/faults/clock?seconds=", offset);
            await strayed.Process.WaitForLineAsync(line => line.Contains(warning, StringComparison.Ordinal));
            await FaultTime.PassAsync(FaultTime.Of(4).TotalSeconds / 4);
            await strayed.PostAsync("/faults/clock?seconds=", 0);
            Assert.Equal(HttpStatusCode.OK, await CallAsync(strayed.Url, await TokenAsync(stage)));
            await FaultTime.PassAsync(2 * Refresh);
        }

        var counts = (await stage.EndAsync("wrong clocks")).Single(static each => each.Target == "strayed");
        var reasons = counts.RefusalReasons.Select(static reason => RejectionCode().Match(reason).Groups[1].Value).ToHashSet();
        Assert.True(reasons.Count > 0 && reasons.IsSubsetOf(Reasons), counts.ToString());
    }

    private static async Task<string> TokenAsync(FaultStage stage)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = FaultStage.Client,
            ["client_secret"] = await File.ReadAllTextAsync(stage.KeyFile),
            ["resource"] = FaultStage.Resource,
        });
        using var answer = await stage.Issuer.Http.PostAsync(new Uri(stage.IssuerUrl + "/oauth2/token"), form);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    private static async Task<HttpStatusCode> CallAsync(string target, string token)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.GetAsync(new Uri(target));
        return answer.StatusCode;
    }

    [GeneratedRegex("error_description=\"([a-z_]+):")]
    private static partial Regex RejectionCode();
}
