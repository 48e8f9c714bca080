// Do the signing keys rotate: is there one that signs and one that will sign next, and is the change not overdue?
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Findings;

internal sealed class RotationCheck(KeyStore store, ResourceStore resources, KeyRotation rotation) : ICheck
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(92);
    private readonly KeyPolicy _policy = rotation.Policy;

    public string Subject => "signing keys";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        var keys = (await store.ReadAsync(revokedToo: false, ct).ConfigureAwait(false)).ToLookup(key => key.Algorithm);
        IEnumerable<SignatureAlgorithm> needed = [SignatureAlgorithm.ES256, .. await resources.AlgorithmsAsync(ct).ConfigureAwait(false)];
        var found = needed.Union(keys.Select(group => group.Key)).Select(algorithm => Find(algorithm, keys[algorithm])).OfType<Finding>();
        return _policy.RotationInterval > LongestInterval ? [Seldom(), .. found] : [.. found];
    }

    private Finding? Find(SignatureAlgorithm algorithm, IEnumerable<StoredKey> keys)
    {
        var standby = keys.FirstOrDefault(key => key.State == KeyState.Standby)?.Scheduled;
        if (keys.FirstOrDefault(key => key.State == KeyState.Active)?.Scheduled is not { } active)
            return Broken(algorithm, "there is no key that signs, so that no token is issued");
        if (standby is null)
            return Broken(algorithm, "there is no key that stands by to sign next, so that neither a rotation nor a revocation can be had");
        var latest = KeySchedule.ActivatesAt(active, standby, _policy) + _policy.LongestDelay + _policy.Propagation;
        return rotation.Now < latest ? null : Broken(
            algorithm,
            $"rotation stands still: the key that signs has done so for {TimeText.Span(rotation.Now - (active.Activated ?? active.Published))}, and the next was due "
            + $"{TimeText.Span(rotation.Now - KeySchedule.ActivatesAt(active, standby, _policy))} ago");
    }

    private static Finding Broken(SignatureAlgorithm algorithm, string message) => new(
        Severity.Error, $"signing keys for {algorithm}", message,
        $"see in the issuer's log why signing keys cannot be looked after, restart it, and if that does not help: watchword key rotate --algorithm {algorithm}");

    private Finding Seldom() => new(
        Severity.Notice, Subject, $"they rotate every {TimeText.Span(_policy.RotationInterval)} only, and whoever took one unseen can use it for as long",
        "serve with --key-rotation 30d, which is the default");
}
