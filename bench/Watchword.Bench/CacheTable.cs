// PERFORMANCE: a token seen before. Hot, ten thousand in turn, a miss, two threads; each against verifying it again.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Bench;

internal static class CacheTable
{
    private const int Rounds = 15;
    private const int Tokens = 10_000;
    private const int OtherIssuers = 999;

    public static string Write()
    {
        var secret = SharedSecret.Generate();
        using var key = secret.ToSigningKey();
        using var meter = new Meter("Watchword.Bench");
        var options = new WatchwordOptions { Issuer = Workload.Issuer, Audience = Workload.Audience, SharedSecret = secret.Reveal() };
        using var gate = new SchemeGate("Watchword", options, NullLogger.Instance, new TargetMetrics(meter, () => [], () => []));
        var among = new WatchwordOptions
        {
            Issuer = Workload.Issuer,
            Audience = Workload.Audience,
            SharedSecret = secret.Reveal(),
            Issuers = Others(),
        };
        using var crowded = new SchemeGate("Watchword", among, NullLogger.Instance, new TargetMetrics(meter, () => [], () => []));
        var texts = Enumerable.Range(0, Tokens).Select(i => Token(key, i)).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var text in texts)
            Admit(gate, text);
        var room = GC.GetTotalMemory(forceFullCollection: true) - before;
        var unknown = Token(key, Tokens);
        Admit(crowded, texts[0]);

        var es256 = new Workload(SignatureAlgorithm.ES256);
        var bare = new BareKey(es256.Key);
        var peer = new MicrosoftPeer(bare, "ES256", es256.Key.KeyId);
        using var node = NodeTimings.Start();
        node?.Prepare(es256, bare);
        var next = 0;
        var measured = Measurement.Compare(
        [
            new("hot: one token again and again", () => Recall(gate, texts[0])),
            new($"hot, among {OtherIssuers + 1:N0} trusted issuers", () => Recall(crowded, texts[0])),
            new("10,000 tokens in turn", () => Recall(gate, texts[next = next + 1 < Tokens ? next + 1 : 0])),
            new("a token that is not there", () => gate.Recall(unknown) is null ? 1 : throw Surprise()),
            new("verified anew, HS256, principal made", () => Verify(gate, unknown)),
            new($"the same, among {OtherIssuers + 1:N0} trusted issuers", () => Verify(crowded, unknown)),
            new("verified anew, ES256, without a principal", () => es256.Verifier.Verify(es256.Token).Token?.Scopes.Count ?? throw Surprise()),
            new("Microsoft.IdentityModel, ES256, claims counted", () => peer.Verify(es256.Token)),
            .. node is null ? [] : new[] { node.Repeated("fast-jwt (node), ES256, with its cache") },
        ], Rounds);
        var table = new StringBuilder("| the same token again | time | B | × hot |\n|---|---|---|---|\n");
        foreach (var m in measured)
            table.Append(CultureInfo.InvariantCulture, $"| {m.Name} | {m.Nanoseconds:N0} ns, ±{m.Spread / 2:P0} | {(double.IsNaN(m.Bytes) ? "–" : $"{m.Bytes:F0}")} | {m.Nanoseconds / measured[0].Nanoseconds:N1} |\n");
        table.Append(CultureInfo.InvariantCulture, $"\nTwo threads together, hot: {Together(_ => Recall(gate, texts[0])):F2} × what one does; each with ten thousand in turn: {Together(i => Recall(gate, texts[i % Tokens])):F2} ×.\n");
        table.Append(CultureInfo.InvariantCulture, $"The memory takes {room / 1e6:F0} MB when it is full of such tokens.\n");
        return table.ToString();
    }

    private static TrustEntry[] Others()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var keys = new KeySet([key.ToVerificationKey()]);
        return [.. Enumerable.Range(0, OtherIssuers).Select(i => new TrustEntry { Issuer = $"https://service-{i}.internal", Keys = keys })];
    }

    private static int Recall(SchemeGate gate, string text) => gate.Recall(text) is null ? throw Surprise() : 1;

    private static void Admit(SchemeGate gate, string text) =>
        gate.Remember(text, gate.VerifyAsync(text).AsTask().GetAwaiter().GetResult().Token ?? throw Surprise());

    private static int Verify(SchemeGate gate, string text)
    {
        var token = gate.VerifyAsync(text).AsTask().GetAwaiter().GetResult().Token ?? throw Surprise();
        return new VerifiedPrincipal(token, TokenClaims.Of(token), gate.Record).SharedClaims.Length;
    }

    private static string Token(SigningKey key, int number) => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = Workload.Issuer,
        Subject = "orders-service",
        Audience = Workload.Audience,
        ClientId = "orders-service",
        Scope = "invoices:read invoices:write",
        IssuedAt = TimeProvider.System.GetUtcNow(),
        Lifetime = TimeSpan.FromHours(12),
        TokenId = $"token-{number}",
    });

    // The median over rounds of how much two threads do in the time in which one does its share.
    private static double Together(Func<int, int> run)
    {
        const int each = 2_000_000;
        var gains = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var alone = Elapsed(1, run, each);
            gains.Add(2 * alone / Elapsed(2, run, each));
        }
        return gains.Order().ElementAt(Rounds / 2);
    }

    private static double Elapsed(int count, Func<int, int> run, int each)
    {
        using var start = new Barrier(count + 1);
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < each; i++)
                run(i + (number * Tokens / 2));
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        start.SignalAndWait();
        var watch = Stopwatch.StartNew();
        foreach (var thread in threads)
            thread.Join();
        return watch.Elapsed.TotalSeconds;
    }

    private static InvalidOperationException Surprise() => new("A token was not judged as it should be: the figures would be worth nothing.");
}
