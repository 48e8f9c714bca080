// Fault 8: a full disk and a read-only data folder at the issuer.
using System.Net;
using Watchword.Tests.Cli;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class DiskTests
{
    [Fact]
    public async Task On_a_full_disk_tokens_are_issued_and_changes_refused_with_a_sentence()
    {
        Assert.SkipUnless(await SmallDisk.IsPossibleAsync(), "A disk of its own needs root on Linux, unshare and mount.");
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 60, program: SmallDisk.Start);
        await stage.AddTargetAsync("billing");
        await stage.StartLoadAsync(renew: 0.25);
        await FaultTime.PassAsync(1);

        var filler = SmallDisk.Fill(stage.DataFolder);
        Assert.True(await RefusesChangesAsync(stage) > 0, "The disk was not full.");
        var kids = await stage.KidsAsync();
        var before = await SentAsync(stage);
        await FaultTime.PassAsync(FaultTime.Of(2).TotalSeconds);
        Assert.True(await FaultTime.ComesTrueAsync(async () => await SentAsync(stage) > before), stage.ToString());
        Assert.NotEmpty(await stage.RequestTokenAsync());
        Assert.Equal(kids, await stage.KidsAsync());

        File.Delete(filler);
        using var admin = stage.Admin();
        using var created = await admin.PostAsync("clients", """{"client_id":"after"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await stage.RotateNowAsync())?.Status);
        Assert.True(await FaultTime.ComesTrueAsync(async () => (await stage.KidsAsync()).Count > kids.Count), $"No token by the new key was sent. {stage}");
        await stage.EndAsync("full disk");
    }

    [Fact]
    public async Task On_a_read_only_folder_the_start_is_refused_with_a_sentence_and_nobody_notices()
    {
        Assert.SkipUnless(await SmallDisk.IsPossibleAsync(), "A disk of its own needs root on Linux, unshare and mount.");
        await using var stage = await FaultStage.StartAsync(tokenLifetime: 120);
        await stage.AddTargetAsync("billing", refresh: 1);
        await stage.StartLoadAsync(renew: 0.25);
        await FaultTime.PassAsync(0.5);
        await stage.Issuer.StopAsync();

        var server = stage.Issuer;
        var refused = await SmallDisk.RunReadOnlyAsync(server.DataFolder, server.Variables, "serve", "--data", server.DataFolder, "--url", server.Url);
        refused.OneSentence(Sentences.Misuse, server.DataFolder, "writable");

        await stage.StartIssuerAsync();
        Assert.Equal(HttpStatusCode.OK, (await stage.RotateNowAsync())?.Status);
        Assert.True(await FaultTime.ComesTrueAsync(async () => (await stage.KidsAsync()).Count > 1), $"No token by the new key was sent. {stage}");
        await FaultTime.PassAsync(1);
        await stage.EndAsync("read-only folder");
    }

    // A small change may still find room, in the log's last page for one. Whatever does not is refused with a sentence.
    private static async Task<int> RefusesChangesAsync(FaultStage stage)
    {
        using var admin = stage.Admin();
        var refused = 0;
        for (var i = 0; i < 20; i++)
        {
            using var answer = await admin.PostAsync("clients", $$"""{"client_id":"full-{{i}}"}""");
            refused += await IsRefusedAsync(answer.StatusCode, answer.Content.ReadAsStringAsync()) ? 1 : 0;
        }
        if (await stage.RotateNowAsync() is var (status, body))
            Assert.True(await IsRefusedAsync(status, Task.FromResult(body)), body);
        return refused;
    }

    private static async Task<bool> IsRefusedAsync(HttpStatusCode status, Task<string> body)
    {
        if (status is HttpStatusCode.Created or HttpStatusCode.OK)
            return false;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("disk is full", await body, StringComparison.Ordinal);
        return true;
    }

    private static async Task<long> SentAsync(FaultStage stage) => (await stage.CountsAsync()).Sum(static counts => counts.Accepted);
}
