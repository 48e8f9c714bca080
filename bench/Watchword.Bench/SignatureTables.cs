// PERFORMANCE: verify and sign, per algorithm, against the bare primitive and Microsoft.IdentityModel, with the bytes allocated.
using System.Globalization;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Bench;

internal static class SignatureTables
{
    private const int Rounds = 15;

    public static string Write(IReadOnlyList<SignatureAlgorithm> algorithms, Action<string> progress)
    {
        var verify = new StringBuilder(Head("Verify, cold", "`Verify` to claims", "`Verify` to a token", "through the gate"));
        var sign = new StringBuilder(Head("Sign", "`Sign`, payload given", "`SignAccessToken`", null));
        foreach (var algorithm in algorithms)
        {
            progress(algorithm.Name);
            var work = new Workload(algorithm);
            var bare = new BareKey(work.Key);
            // Microsoft.IdentityModel has no Ed25519.
            var peer = algorithm == SignatureAlgorithm.EdDSA ? null : new Peer(bare, algorithm.Name, work.Key.KeyId);
            verify.Append(Row(algorithm, Measurement.Compare(Verifiers(work, bare, peer), Rounds)));
            sign.Append(Row(algorithm, Measurement.Compare(Signers(work, bare, peer), Rounds)));
        }
        return $"{verify}\n{sign}";
    }

    private static List<Contender> Verifiers(Workload work, BareKey bare, Peer? peer)
    {
        var claims = new byte[4096];
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = Workload.Issuer, Audience = Workload.Audience }, new KeySet([work.Key.ToVerificationKey()]))], TimeProvider.System);
        return
        [
            new("bare", () => bare.Verify(work.SigningInput, work.Signature) ? 1 : throw Refused()),
            .. Only(peer, p => new("peer", () => p.Verify(work.Token))),
            new("claims", () => work.Verifier.Verify(work.Ascii, claims, out var written) is null ? written : throw Refused()),
            new("token", () => work.Verifier.Verify(work.Token).Token?.Scopes.Count ?? throw Refused()),
            new("gate", () => gate.VerifyAsync(work.Token).AsTask().GetAwaiter().GetResult().Token?.Scopes.Count ?? throw Refused()),
        ];
    }

    private static List<Contender> Signers(Workload work, BareKey bare, Peer? peer) =>
    [
        new("bare", () => bare.Sign(work.SigningInput)),
        .. Only(peer, p => new("peer", () => p.Sign(work.PayloadText))),
        new("payload", () => JwtSigner.Sign(work.Key, work.Payload, "at+jwt").Length),
        new("access token", () => JwtSigner.SignAccessToken(work.Key, work.Claims).Length),
    ];

    private static Contender[] Only(Peer? peer, Func<Peer, Contender> contender) => peer is null ? [] : [contender(peer)];

    private static InvalidOperationException Refused() => new("A good token was refused: the figures would be worth nothing.");

    private static string Head(string title, string first, string second, string? third)
    {
        var columns = third is null ? 4 : 5;
        return $"""
            ### {title}

            | algorithm | bare primitive | Microsoft.IdentityModel | {first} | {second} |{(third is null ? "" : $" {third} |")} Microsoft ÷ ours |
            |---|{string.Concat(Enumerable.Repeat("---|", columns))}---|

            """.ReplaceLineEndings("\n");
    }

    // Ratios to the bare primitive come first; the times only say on what scale.
    private static string Row(SignatureAlgorithm algorithm, IReadOnlyList<Measurement> measured)
    {
        var bare = measured[0];
        var peer = measured.SingleOrDefault(m => m.Name == "peer");
        var cells = measured.Select(m => m == bare
            ? string.Create(CultureInfo.InvariantCulture, $"{Time(m)}, {m.Bytes:F0} B, ±{m.Spread / 2:P0}")
            : string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / bare.Nanoseconds:F2} × ({Time(m)}, {m.Bytes:F0} B)")).ToList();
        if (peer is null)
            cells.Insert(1, "–");
        var ratio = peer is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{peer.Nanoseconds / measured[2].Nanoseconds:F2}");
        return $"| {algorithm} | {string.Join(" | ", cells)} | {ratio} |\n";
    }

    private static string Time(Measurement m) => string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / 1000:F2} µs");
}
