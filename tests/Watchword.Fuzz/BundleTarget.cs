// Any text as a trust bundle, signed or not. One that is read says what it says in every form, and is never taken for signed by a key that did not.
using Watchword.Trust;

namespace Watchword.Fuzz;

internal static class BundleTarget
{
    private const long GreatestSerial = (1L << 53) - 1;

    public static void Run(byte[] input)
    {
        Finding.Unless(Try(() => SignedTrustBundle.Open(input, Trusted.Keys)) is null, "a bundle that nobody signed is taken by a pinned key");
        if (Try(() => SignedTrustBundle.Open(input, null)) is not { Bundle: var bundle } opened)
            return;
        Finding.Unless(opened.VerifiedBy is null, "a signature is said to be verified by no key");
        Finding.Unless(bundle.Serial is >= 1 and <= GreatestSerial && bundle.Issuers.Count <= TrustBundle.MostIssuers, "the bundle is out of bounds");
        Finding.Unless(bundle.Issuers.DistinctBy(entry => entry.Issuer, StringComparer.Ordinal).Count() == bundle.Issuers.Count, "an issuer stands twice");
        var written = bundle.ToJson();
        Finding.Unless(TrustBundle.Parse(written).ToJson().AsSpan().SequenceEqual(written), "written and read, it is another bundle");
        foreach (var entry in bundle.Issuers)
        {
            var rules = entry.ToRules("https://billing", TimeSpan.Zero, TimeSpan.FromHours(24));
            Finding.Unless(rules.Subjects is not null && (rules.Scopes is not null || entry.GrantsEveryScope), "an entry is trusted further than it says");
            Finding.Unless(entry.Subjects is not null || rules.Subjects!.Patterns is [var only] && only == entry.Issuer, "an entry without subjects speaks for another");
            Finding.Unless(entry.Keys?.Keys.Any(key => key.Algorithm.IsSymmetric) != true, "a published secret is trusted");
        }
    }

    private static SignedTrustBundle? Try(Func<SignedTrustBundle> open)
    {
        try
        {
            return open();
        }
        catch (InvalidBundleException)
        {
            return null;
        }
    }
}
