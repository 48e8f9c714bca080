// Bundles that cannot be opened, that have expired or are about to, that nobody signed, and that vouch for themselves; targets that forget which was the last.

namespace Watchword.Cli.Findings;

internal static class BundleCheck
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Find(Deployment deployment) =>
    [
        .. deployment.Unopened.Select(Unopened),
        .. deployment.Bundles.SelectMany(bundle => new[]
        {
            Expiry(bundle, deployment.Now), bundle.Url is null ? null : SelfVouched(bundle, deployment) ?? Unsigned(bundle),
        }).OfType<Finding>(),
        .. deployment.Targets.Where(target => target.ForgetsSerials).Select(Forgetful),
    ];

    private static Finding Unopened(UnopenedBundle bundle) => bundle.IsOutOfReach
        ? new Finding(
            Severity.Warning, $"bundle {bundle.Place}", $"it cannot be had: {bundle.Fault.TrimEnd('.')}",
            "see that it is there and that this machine may reach it; targets go on with the one they have")
        : new Finding(
            Severity.Error, $"bundle {bundle.Place}", $"it cannot be opened: {bundle.Fault.TrimEnd('.')}",
            "publish one that targets take; they go on with the one they have");

    private static Finding Forgetful(Target target) => new(
        Severity.Notice, target.Name, "it follows a bundle and has no KeyFolder, so that after a restart it knows no serial, and takes an older bundle that is put before it",
        "set KeyFolder to a folder that this service alone can write to");

    private static Finding? Expiry(Bundle bundle, DateTimeOffset now)
    {
        var (expires, serial) = (bundle.Document.Bundle.Expires, bundle.Document.Bundle.Serial);
        var mend = $"publish one with a greater serial than {serial}: watchword bundle create --from BUNDLE > bundle.json";
        return expires <= now
            ? new Finding(Severity.Error, bundle.Name, $"it expired at {expires:u}; targets follow it for as long after that as KeepExpiredBundleFor says, 7 days unless it is set", mend)
            : expires <= now + Ahead
            ? new Finding(Severity.Warning, bundle.Name, $"it expires at {expires:u}, in {(int)(expires - now).TotalDays} days", mend)
            : null;
    }

    private static Finding? Unsigned(Bundle bundle) => bundle.Document switch
    {
        { IsSigned: false } => new Finding(
            Severity.Warning, bundle.Name, "it is fetched and nobody signed it, so that whoever can write to that place says whom targets trust",
            "sign it: watchword bundle sign bundle.json --key KEYFILE > bundle.jwt, and name the public key in TrustBundleKeyFiles of each target"),
        { VerifiedBy: null } when !bundle.HasUnknownPins => new Finding(
            Severity.Warning, bundle.Name, "it is signed, and no key is pinned that must have signed it, so that the signature says nothing",
            "name the public key: in TrustBundleKeyFiles of each target, and with --bundle-key here"),
        _ => null,
    };

    // Signed by a pinned key, it may lie anywhere. Else somebody other than itself must say that its place is to be believed.
    private static Finding? SelfVouched(Bundle bundle, Deployment deployment)
    {
        if (bundle.Document.VerifiedBy is not null || (bundle.Document.IsSigned && bundle.HasUnknownPins))
            return null;
        var place = bundle.Url!.GetLeftPart(UriPartial.Authority);
        var others = deployment.Targets.SelectMany(target => target.Listed)
            .Concat(deployment.Bundles.Where(other => other.Place != bundle.Place).SelectMany(other => other.Document.Bundle.Issuers));
        return bundle.Document.Bundle.Issuers.FirstOrDefault(entry => IsAt(entry.Issuer, place)) is { } host && !others.Any(entry => entry.Issuer == host.Issuer)
            ? new Finding(
                Severity.Error, bundle.Name, $"it lies at {host.Issuer}, which nothing but the bundle itself vouches for, and no pinned key signed it: it is trust that vouches for itself",
                "sign it with a key that lies elsewhere, and pin the public key: watchword bundle sign bundle.json --key KEYFILE > bundle.jwt")
            : null;
    }

    private static bool IsAt(string issuer, string place) => Uri.TryCreate(issuer, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == place;
}
