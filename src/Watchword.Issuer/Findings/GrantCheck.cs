// Grants that nobody uses: what a client does not need, whoever takes its key should not get.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;

namespace Watchword.Issuer.Findings;

internal sealed class GrantCheck(GrantReview review, UsageCounter usage, TimeProvider clock) : ICheck
{
    public string Subject => "grants";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        await usage.FlushAsync(ct).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return [.. Finding.OfEach(await review.IdleAsync(now, ct).ConfigureAwait(false), grant => Idle(grant, now), Subject, "are not used")];
    }

    private static Finding Idle(IdleGrant grant, DateTimeOffset now) => new(
        Severity.Notice, $"grant of {grant.Resource} to {grant.ClientId}",
        grant.LastUsed is { } used
            ? $"it was last used {TimeText.Span(now - used)} ago"
            : $"it was never used since it was made {TimeText.Span(now - grant.Created)} ago",
        $"if nobody needs it, remove it with: watchword grant remove {grant.ClientId} {ShellWord.Of(grant.Resource)}");
}
