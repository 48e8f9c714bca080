// Our verdict beside Microsoft.IdentityModel's and jose's on thousands of tokens. Every difference stands, with its reason, in
// docs/reference/differences.md: one that is not there fails, and so does a row that never occurs.
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Tests.House;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

public sealed class DifferentialTests
{
    private const int Seed = 20260501;
    private const int RoundsEach = 10;
    private static readonly string[] Algorithms = ["HS256", "RS256", "ES256"];
    private static readonly string Published = $"{TokenForge.EcJwk("ec")},{TokenForge.RsaJwk("rsa", "RS256")}";

    // The peers know no other time than the system's, and may judge long after this: whatever is to come for them is an hour ahead.
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    private sealed record Judged(string What, bool Ours, bool Microsofts, bool Joses);

    [Fact]
    public async Task Every_difference_from_other_libraries_is_explained()
    {
        StockJoseTests.SkipWithoutJose();
        var odd = OddTokens.All(_now.ToUnixTimeSeconds());
        var random = new Random(Seed);
        var tokens = new List<(string What, string Token)>();
        foreach (var (what, change) in odd)
        {
            foreach (var algorithm in Algorithms.SelectMany(name => Enumerable.Repeat(name, RoundsEach)))
                tokens.Add((what, Make(algorithm, random, change)));
        }
        var judged = await JudgeAsync(tokens);
        var differences = judged.Where(one => one.Ours != one.Microsofts || one.Ours != one.Joses).Select(Row).Distinct().Order(StringComparer.Ordinal).ToList();
        var explained = Explained().Order(StringComparer.Ordinal).ToList();
        Violations.None("A difference has its row, with its reason, in docs/reference/differences.md.", differences.Except(explained));
        Violations.None("A row of docs/reference/differences.md is a difference that occurs.", explained.Except(differences));
        Violations.None("Nothing is accepted that both others refuse.", judged.Where(one => one is { Ours: true, Microsofts: false, Joses: false }).Select(one => one.What));
        Assert.All(judged.Where(one => one.What == "nothing"), one => Assert.True(one is { Ours: true, Microsofts: true, Joses: true }, "a good token is refused"));
    }

    [Fact]
    public async Task A_token_with_two_oddities_is_accepted_only_if_somebody_else_accepts_it()
    {
        StockJoseTests.SkipWithoutJose();
        var odd = OddTokens.All(_now.ToUnixTimeSeconds()).ToArray();
        var random = new Random(Seed);
        var tokens = Enumerable.Range(0, 2000).Select(_ =>
        {
            var (one, other) = (odd[random.Next(odd.Length)], odd[random.Next(odd.Length)]);
            return ($"{one.Key} and {other.Key}", Make(Algorithms[random.Next(3)], random, draft =>
            {
                one.Value(draft);
                other.Value(draft);
            }));
        }).ToList();
        var judged = await JudgeAsync(tokens);
        Assert.Contains(judged, one => one.Ours);
        Violations.None("Nothing is accepted that both others refuse.", judged.Where(one => one is { Ours: true, Microsofts: false, Joses: false }).Select(one => one.What));
    }

    private string Make(string algorithm, Random random, Action<Draft> change)
    {
        var draft = new Draft(algorithm, _now.ToUnixTimeSeconds(), random);
        change(draft);
        return draft.Token();
    }

    private async Task<List<Judged>> JudgeAsync(List<(string What, string Token)> tokens)
    {
        var rules = new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
        var gate = new TokenGate([new TrustedIssuer(rules, new KeySet([TokenForge.EcKey, TokenForge.RsaKey, TokenForge.OctKey]))], new FakeTimeProvider(_now));
        var joses = JoseAsync(tokens.Select(token => token.Token));
        var handler = new JsonWebTokenHandler();
        var parameters = Parameters();
        var judged = new List<Judged>();
        foreach (var (what, token) in tokens)
            judged.Add(new Judged(what, (await gate.VerifyAsync(token)).IsAccepted, (await handler.ValidateTokenAsync(token, parameters)).IsValid, false));
        var verdicts = await joses;
        Assert.Equal(tokens.Count, verdicts.Length);
        return [.. judged.Select((one, i) => one with { Joses = verdicts[i] == "accepted" })];
    }

    private static TokenValidationParameters Parameters() => new()
    {
        IssuerSigningKeys = [.. new JsonWebKeySet($$"""{"keys":[{{Published}}]}""").GetSigningKeys(), new SymmetricSecurityKey(TokenForge.Secret) { KeyId = "oct" }],
        ValidIssuer = TokenForge.Issuer,
        ValidAudience = TokenForge.Audience,
        ValidTypes = ["at+jwt", "application/at+jwt"],
        ValidAlgorithms = Algorithms,
        ClockSkew = TimeSpan.FromSeconds(30),
    };

    private static async Task<string[]> JoseAsync(IEnumerable<string> tokens)
    {
        var first = $$"""{"keys":[{{Published}}],"secret":"{{TokenForge.Base64Url(TokenForge.Secret)}}","issuer":"{{TokenForge.Issuer}}","audience":"{{TokenForge.Audience}}"}""";
        var lines = string.Join('\n', tokens.Select(token => JsonSerializer.Serialize(token)).Prepend(first)) + "\n";
        var finished = await RunningProcess.RunAsync("node", [Repository.PathOf("tests/node/judge.mjs")], input: lines);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Row(Judged one) => $"| {one.What} | {Word(one.Ours)} | {Word(one.Microsofts)} | {Word(one.Joses)} |";

    private static string Word(bool accepted) => accepted ? "accepted" : "refused";

    // A row is a difference and, in a last column that must not be empty, its reason.
    private static IEnumerable<string> Explained()
    {
        foreach (var line in File.ReadLines(Repository.PathOf("docs/reference/differences.md")).Where(line => line.Contains("| accepted |", StringComparison.Ordinal)))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            Assert.True(cells.Length == 7 && cells[5].Length > 0, $"no reason is given in: {line}");
            yield return $"| {cells[1]} | {cells[2]} | {cells[3]} | {cells[4]} |";
        }
    }
}
