// Somebody with a copy of a service's key file: what came of trying it on the others.
using Watchword.Keys;

namespace Watchword.Tests.Faults;

internal sealed class MeshThief(FaultProcess process, KeySet stolen) : IAsyncDisposable
{
    /// <summary>What was stolen.</summary>
    public IReadOnlyList<VerificationKey> Stolen => stolen.Keys;

    /// <summary>Waits until everybody has let it in, with a token that is remembered from then on, and with new ones.</summary>
    public async Task UntilLetInAsync()
    {
        while ((await TriedAsync()).Count(counts => counts.Accepted > 1) < 2 * (MeshStage.Names.Length - 1))
            await FaultTime.PassAsync(0.1);
    }

    /// <summary>From now on it may be refused.</summary>
    public Task MayBeRefusedAsync() => RevokeAsync(within: 3600);

    /// <summary>After so many seconds it must be.</summary>
    public Task MustBeRefusedAsync(double within) => RevokeAsync(within);

    /// <summary>Ends it. It was let in by everybody, and later by nobody.</summary>
    public async Task EndAsync()
    {
        await process.PostAsync("/faults/stop");
        Assert.All(await TriedAsync(), counts => Assert.True(
            counts.WronglyAccepted == 0 && counts.WronglyRefused == 0 && counts.Of("refused with a revoked key") > 5, $"The thief at {counts}"));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task RevokeAsync(double within)
    {
        foreach (var key in Stolen)
            await process.PostAsync($"/faults/revoked?kid={key.KeyId}&within=", within);
    }

    private async Task<IReadOnlyList<FaultCounts>> TriedAsync() =>
        [.. (await process.GetAsync("/faults/counts")).GetProperty("targets").EnumerateObject().Select(each => new FaultCounts(each.Name, each.Value))];
}
