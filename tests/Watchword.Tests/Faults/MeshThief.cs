// Somebody with a copy of a service's key file: what came of trying it on the others.
using Watchword.Keys;

namespace Watchword.Tests.Faults;

internal sealed class MeshThief(FaultProcess process, KeySet stolen) : IAsyncDisposable
{
    private const string Refused = "refused with a revoked key";

    /// <summary>What was stolen.</summary>
    public IReadOnlyList<VerificationKey> Stolen => stolen.Keys;

    /// <summary>Waits until everybody has let it in, with a token that is remembered from then on, and with new ones.</summary>
    public async Task UntilLetInAsync() =>
        Assert.True(await FaultTime.ComesTrueAsync(() => HaveAllAsync(counts => counts.Accepted > 1)), "The thief was not let in by everybody.");

    /// <summary>Waits until everybody has refused it.</summary>
    public async Task UntilRefusedAsync() =>
        Assert.True(await FaultTime.ComesTrueAsync(() => HaveAllAsync(counts => counts.Of(Refused) > 0)), "The thief was not refused by everybody.");

    /// <summary>From now on it may be refused.</summary>
    public Task MayBeRefusedAsync() => RevokeAsync(within: 3600);

    /// <summary>From now on it must be.</summary>
    public Task MustBeRefusedAsync() => RevokeAsync(within: 0);

    /// <summary>Ends it. It was let in by everybody, and later by nobody.</summary>
    public async Task EndAsync()
    {
        await FaultTime.ComesTrueAsync(() => HaveAllAsync(WasRefused));
        await process.PostAsync("/faults/stop");
        Assert.All(await TriedAsync(), counts => Assert.True(counts.WronglyAccepted == 0 && counts.WronglyRefused == 0 && WasRefused(counts), $"The thief at {counts}"));
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static bool WasRefused(FaultCounts counts) => counts.Of(Refused) > 5;

    // Each of the others is tried in two ways.
    private async Task<bool> HaveAllAsync(Predicate<FaultCounts> isSo) => (await TriedAsync()).Count(counts => isSo(counts)) == 2 * (MeshStage.Names.Length - 1);

    private async Task RevokeAsync(double within)
    {
        foreach (var key in Stolen)
            await process.PostAsync($"/faults/revoked?kid={key.KeyId}&within=", within);
    }

    private async Task<IReadOnlyList<FaultCounts>> TriedAsync() =>
        [.. (await process.GetAsync("/faults/counts")).GetProperty("targets").EnumerateObject().Select(each => new FaultCounts(each.Name, each.Value))];
}
