// Fault 4: an issuer that answers badly in every way; what was fetched before goes on being used.
using System.Net;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class BadAnswerTests
{
    private const int Targets = 2;

    // The last two keep a fetch for the 5 s that it may take.
    private static readonly string[] Answers = ["500", "html", "huge", "empty", "broken-key", "down", "trickle", "nothing"];

    [Fact]
    public async Task Nobody_notices_what_the_issuer_answers()
    {
        var each = FaultTime.Of(2).TotalSeconds / Answers.Length;
        // Callers, too, get nothing out of such an issuer: a token lasts longer than the bad answers.
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 300 + (int)(20 * each), behindProxy: true);
        await stage.AddTargetAsync("billing-1", refresh: 0.3);
        await stage.AddTargetAsync("billing-2", refresh: 0.3);
        await stage.StartLoadAsync(renew: 0.3, comparable: true);
        foreach (var answer in Answers)
        {
            // Targets have fetched the standby, and callers have the key before; its turn comes while nothing can be fetched.
            await FaultTime.PassAsync(FaultTime.IsLong ? 5 : 0);
            Assert.True(await FaultTime.ComesTrueAsync(() => stage.IsReadyToRotateAsync(Targets)), $"After the answers before {answer} not all keys came through. {stage}");
            await stage.Proxy!.PostAsync($"/faults/answer?with={answer}&but=/oauth2/token");
            var begun = FaultTime.Stamp;
            Assert.Equal(HttpStatusCode.OK, (await stage.RotateNowAsync())?.Status);
            await FaultTime.PassAsync(FaultTime.IsLong ? 5 : 0.3);

            await stage.Proxy.PostAsync("/faults/answer?with=" + answer);
            while (!await IsFetchedAsync(stage, answer) || FaultTime.Since(begun).TotalSeconds < each)
            {
                Assert.True(FaultTime.Since(begun).TotalSeconds < each + 60, $"Nobody fetched keys while the issuer answered {answer}. {stage}");
                await FaultTime.PassAsync(0.05);
            }
            await stage.Proxy.PostAsync("/faults/answer?with=none");
        }
        Assert.True((await stage.KidsAsync()).Count > Answers.Length / 2);
        await stage.EndAsync("bad answers");
    }

    // Whether a target has met such an answer. It asks for the metadata, as callers do, only after a failure; before that it fetches the keys, and says who it is.
    private static async Task<bool> IsFetchedAsync(FaultStage stage, string answer) =>
        (await stage.Proxy!.GetAsync("/faults/counts")).TryGetProperty($"/.well-known/jwks.json target {answer}", out _);
}
