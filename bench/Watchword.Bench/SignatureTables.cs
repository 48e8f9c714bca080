// PERFORMANCE: verify and sign, per algorithm, against the bare primitive and the peers, with the bytes allocated.
using System.Globalization;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Bench;

internal static class SignatureTables
{
    private const int Rounds = 15;
    private const string Bare = "bare primitive";
    private const string Microsoft = "Microsoft.IdentityModel";
    private static readonly string[] Others = [Bare, Microsoft, "jose-jwt", "jose (node)", "fast-jwt (node)"];
    private static readonly string[] Verifying = [.. Others, "`Verify` to claims", "`Verify` to a token", "through the gate"];
    private static readonly string[] Signing = [.. Others, "`Sign`, payload given", "`SignAccessToken`"];

    public static string Write(IReadOnlyList<SignatureAlgorithm> algorithms, Action<string> progress)
    {
        using var node = NodeTimings.Start();
        var verify = new StringBuilder(Head("Verify, cold", Verifying));
        var sign = new StringBuilder(Head("Sign", Signing));
        foreach (var algorithm in algorithms)
        {
            progress(algorithm.Name);
            var work = new Workload(algorithm);
            var bare = new BareKey(work.Key);
            // Microsoft.IdentityModel and jose-jwt have no Ed25519.
            var peers = algorithm == SignatureAlgorithm.EdDSA ? null : new Peers(bare, work.Key);
            node?.Prepare(work, bare);
            verify.Append(Row(algorithm, Verifying, Measurement.Compare([.. Verifiers(work, bare, peers), .. node?.Contenders("verify") ?? []], Rounds)));
            sign.Append(Row(algorithm, Signing, Measurement.Compare([.. Signers(work, bare, peers), .. node?.Contenders("sign") ?? []], Rounds)));
        }
        return $"{verify}\n{sign}";
    }

    private static List<Contender> Verifiers(Workload work, BareKey bare, Peers? peers)
    {
        var claims = new byte[4096];
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = Workload.Issuer, Audience = Workload.Audience }, new KeySet([work.Key.ToVerificationKey()]))], TimeProvider.System);
        List<Contender> contenders =
        [
            new(Bare, () => bare.Verify(work.SigningInput, work.Signature) ? 1 : throw Refused()),
            new(Verifying[5], () => work.Verifier.Verify(work.Ascii, claims, out var written) is null ? written : throw Refused()),
            new(Verifying[6], () => work.Verifier.Verify(work.Token).Token?.Scopes.Count ?? throw Refused()),
            new(Verifying[7], () => gate.VerifyAsync(work.Token).AsTask().GetAwaiter().GetResult().Token?.Scopes.Count ?? throw Refused()),
        ];
        if (peers is not null)
            contenders.AddRange([new(Microsoft, () => peers.Microsoft.Verify(work.Token)), new(Others[2], () => peers.JoseJwt.Verify(work.Token))]);
        return contenders;
    }

    private static List<Contender> Signers(Workload work, BareKey bare, Peers? peers)
    {
        List<Contender> contenders =
        [
            new(Bare, () => bare.Sign(work.SigningInput)),
            new(Signing[5], () => JwtSigner.Sign(work.Key, work.Payload, "at+jwt").Length),
            new(Signing[6], () => JwtSigner.SignAccessToken(work.Key, work.Claims).Length),
        ];
        if (peers is not null)
            contenders.AddRange([new(Microsoft, () => peers.Microsoft.Sign(work.PayloadText)), new(Others[2], () => peers.JoseJwt.Sign(work.PayloadText))]);
        return contenders;
    }

    private static InvalidOperationException Refused() => new("A good token was refused: the figures would be worth nothing.");

    private static string Head(string title, string[] columns) =>
        $"### {title}\n\n| algorithm | {string.Join(" | ", columns)} | Microsoft ÷ ours |\n|---|{string.Concat(columns.Select(_ => "---|"))}---|\n";

    // Ratios to the bare primitive come first; the times only say on what scale. Who cannot do it has a dash.
    private static string Row(SignatureAlgorithm algorithm, string[] columns, IReadOnlyList<Measurement> measured)
    {
        var byName = measured.ToDictionary(m => m.Name);
        var bare = byName[Bare];
        var cells = columns.Select(column => !byName.TryGetValue(column, out var m) ? "–"
            : m == bare ? string.Create(CultureInfo.InvariantCulture, $"{Scale(m)}, ±{m.Spread / 2:P0}")
            : string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / bare.Nanoseconds:F2} × ({Scale(m)})"));
        var ratio = byName.TryGetValue(Microsoft, out var microsoft)
            ? string.Create(CultureInfo.InvariantCulture, $"{microsoft.Nanoseconds / byName[columns[Others.Length]].Nanoseconds:F2}")
            : "–";
        return $"| {algorithm} | {string.Join(" | ", cells)} | {ratio} |\n";
    }

    private static string Scale(Measurement m) =>
        string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / 1000:F2} µs{(double.IsNaN(m.Bytes) ? "" : $", {m.Bytes:F0} B")}");

    private sealed class Peers(BareKey bare, SigningKey key)
    {
        public MicrosoftPeer Microsoft { get; } = new(bare, key.Algorithm.Name, key.KeyId);

        public JoseJwtPeer JoseJwt { get; } = new(bare, key.Algorithm.Name, key.KeyId);
    }
}
