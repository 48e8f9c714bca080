// A published trust bundle that expires, or that no longer says what is registered: where it is signed, only people can mend it.
using Watchword.Issuer.Trust;

namespace Watchword.Issuer.Findings;

internal sealed class PublishedBundleCheck(TrustRegistry registry, TimeProvider clock) : ICheck
{
    public string Subject => "trust bundle";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct) =>
        await registry.VersionAsync(ct).ConfigureAwait(false) is not { } version ? []
        : [.. BundleSchedule.Troubles(version, clock.GetUtcNow()).Select(trouble => new Finding(
            trouble.IsError ? Severity.Error : Severity.Warning, $"trust bundle {version.Serial}", trouble.Message, trouble.Mend))];
}
