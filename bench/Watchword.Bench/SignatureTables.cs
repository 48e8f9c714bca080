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
    private const string Microsoft = "Microsoft.IdentityModel";

    private static readonly Dictionary<string, string> Columns = new()
    {
        ["jose verify"] = "jose (node)",
        ["jose sign"] = "jose (node)",
        ["fast-jwt verify"] = "fast-jwt (node)",
        ["fast-jwt sign"] = "fast-jwt (node)",
    };

    public static string Write(IReadOnlyList<SignatureAlgorithm> algorithms, Action<string> progress)
    {
        using var node = NodePeers.Start();
        var verify = new StringBuilder();
        var sign = new StringBuilder();
        foreach (var algorithm in algorithms)
        {
            progress(algorithm.Name);
            var work = new Workload(algorithm);
            var bare = new BareKey(work.Key);
            List<Contender> verifiers =
                [.. Verifiers(work, bare), .. node?.Prepare(work, bare, "jose verify", "fast-jwt verify") ?? [], .. OurVerifiers(work)];
            List<Contender> signers =
                [.. Signers(work, bare), .. node?.Prepare(work, bare, "jose sign", "fast-jwt sign") ?? [], .. OurSigners(work)];
            if (verify.Length == 0)
            {
                verify.Append(Head("Verify, cold", verifiers));
                sign.Append(Head("Sign", signers));
            }
            verify.Append(Row(algorithm, Measurement.Compare(verifiers, Rounds), "`Verify` to claims"));
            sign.Append(Row(algorithm, Measurement.Compare(signers, Rounds), "`Sign`, payload given"));
        }
        return $"{verify}\n{sign}";
    }

    private static List<Contender> Verifiers(Workload work, BareKey bare)
    {
        var microsoft = new Peer(bare, work.Key.Algorithm.Name, work.Key.KeyId);
        var joseJwt = new JoseJwtPeer(bare, work.Key.Algorithm.Name, work.Key.KeyId);
        return
        [
            new("bare primitive", () => bare.Verify(work.SigningInput, work.Signature) ? 1 : throw Refused()),
            new(Microsoft, () => microsoft.Verify(work.Token)),
            new("jose-jwt", () => joseJwt.Verify(work.Token)),
        ];
    }

    private static List<Contender> OurVerifiers(Workload work)
    {
        var claims = new byte[4096];
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = Workload.Issuer, Audience = Workload.Audience }, new KeySet([work.Key.ToVerificationKey()]))], TimeProvider.System);
        return
        [
            new("`Verify` to claims", () => work.Verifier.Verify(work.Ascii, claims, out var written) is null ? written : throw Refused()),
            new("`Verify` to a token", () => work.Verifier.Verify(work.Token).Token?.Scopes.Count ?? throw Refused()),
            new("through the gate", () => gate.VerifyAsync(work.Token).AsTask().GetAwaiter().GetResult().Token?.Scopes.Count ?? throw Refused()),
        ];
    }

    private static List<Contender> Signers(Workload work, BareKey bare)
    {
        var microsoft = new Peer(bare, work.Key.Algorithm.Name, work.Key.KeyId);
        var joseJwt = new JoseJwtPeer(bare, work.Key.Algorithm.Name, work.Key.KeyId);
        return
        [
            new("bare primitive", () => bare.Sign(work.SigningInput)),
            new(Microsoft, () => microsoft.Sign(work.PayloadText)),
            new("jose-jwt", () => joseJwt.Sign(work.PayloadText)),
        ];
    }

    private static List<Contender> OurSigners(Workload work) =>
    [
        new("`Sign`, payload given", () => JwtSigner.Sign(work.Key, work.Payload, "at+jwt").Length),
        new("`SignAccessToken`", () => JwtSigner.SignAccessToken(work.Key, work.Claims).Length),
    ];

    private static InvalidOperationException Refused() => new("A good token was refused: the figures would be worth nothing.");

    private static string Head(string title, List<Contender> contenders)
    {
        var columns = string.Join(" | ", contenders.Select(contender => Columns.GetValueOrDefault(contender.Name, contender.Name)));
        return $"### {title}\n\n| algorithm | {columns} | Microsoft ÷ ours |\n|---|{string.Concat(Enumerable.Repeat("---|", contenders.Count))}---|\n";
    }

    // Ratios to the bare primitive come first; the times only say on what scale.
    private static string Row(SignatureAlgorithm algorithm, IReadOnlyList<Measurement> measured, string ours)
    {
        var bare = measured[0];
        var cells = measured.Select(m => m == bare
            ? string.Create(CultureInfo.InvariantCulture, $"{Time(m)}{Bytes(m)}, ±{m.Spread / 2:P0}")
            : string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / bare.Nanoseconds:F2} × ({Time(m)}{Bytes(m)})"));
        var ratio = measured.First(m => m.Name == Microsoft).Nanoseconds / measured.First(m => m.Name == ours).Nanoseconds;
        return string.Create(CultureInfo.InvariantCulture, $"| {algorithm} | {string.Join(" | ", cells)} | {ratio:F2} |\n");
    }

    private static string Bytes(Measurement m) => double.IsNaN(m.Bytes) ? "" : string.Create(CultureInfo.InvariantCulture, $", {m.Bytes:F0} B");

    private static string Time(Measurement m) => string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / 1000:F2} µs");
}
