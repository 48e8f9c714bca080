// Resources whose tokens outlive the keys, whose identifier looks like a pattern, or whose shared secret is old.
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Findings;

internal sealed class ResourceCheck(ResourceReview review, KeyPolicy policy, TimeProvider clock) : ICheck
{
    public string Subject => "resources";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return
        [
            .. Finding.OfEach(
                await review.OutlivingAsync(policy.Retention, ct).ConfigureAwait(false), each => Outliving(each.Resource, each.Lifetime), Subject,
                "have tokens that live longer than keys are kept"),
            .. Finding.OfEach(await review.StarredAsync(ct).ConfigureAwait(false), Starred, Subject, "have a star in their identifier"),
            .. Finding.OfEach(
                await review.OldSecretsAsync(now - ResourceReview.Old, ct).ConfigureAwait(false),
                each => OldSecret(each.KeyId, each.Resource, now - each.Created), "shared secrets", "were never replaced"),
        ];
    }

    private Finding Outliving(string resource, TimeSpan lifetime) => new(
        Severity.Error, $"resource {resource}",
        $"its tokens live {TimeText.Span(lifetime)}, and a key is kept for {TimeText.Span(policy.Retention)} after it signed last, so that a rotation makes good tokens unverifiable",
        $"let its tokens live shorter: watchword resource delete {ShellWord.Of(resource)}, and create it anew with a --lifetime of {(long)policy.Retention.TotalSeconds}s or less, with its grants");

    private static Finding Starred(string resource) => new(
        Severity.Warning, $"resource {resource}",
        "its identifier holds a star, which nobody expands: an audience is compared character by character",
        $"create one resource for each target, and then: watchword resource delete {ShellWord.Of(resource)}");

    private static Finding OldSecret(string keyId, string resource, TimeSpan age) => new(
        Severity.Warning, $"shared secret {keyId} of {resource}",
        $"it was never replaced since it was made {TimeText.Span(age)} ago",
        $"add another with: watchword resource secret add {ShellWord.Of(resource)}; give it to the resource, and then: watchword resource secret activate {ShellWord.Of(resource)}");
}
