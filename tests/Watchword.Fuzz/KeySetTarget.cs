// Any text as the key set an issuer publishes: bad keys are passed over, and what is left can be published again.
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Fuzz;

internal static class KeySetTarget
{
    public static void Run(byte[] input)
    {
        if (JwkTarget.Try(() => KeySet.Parse(input)) is not { } set)
            return;
        Finding.Unless(set.Keys.Count <= 256, "more keys than are ever read");
        Finding.Unless(set.Keys.All(key => !key.Algorithm.IsSymmetric), "a published secret is used");
        var written = set.ToJson();
        var read = KeySet.Parse(written);
        Finding.Unless(read.Keys.Count == set.Keys.Count && read.ToJson().AsSpan().SequenceEqual(written), "written and read, it is another set");
        new JwtVerifier(Trusted.Rules, set, Trusted.Clock).Verify("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AAAA");
    }
}
