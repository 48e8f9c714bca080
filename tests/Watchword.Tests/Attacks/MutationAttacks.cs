// Any one character of a good token changed, left out or added: refused with a code, for every algorithm, and nothing is thrown.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Attacks;

public sealed class MutationAttacks
{
    private const int Seed = 20260501;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\"{}\0\n\u00e9";
    private static readonly HashSet<string> Codes =
        [.. typeof(RejectionCode).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    public static TheoryData<string> Algorithms => [.. SignatureAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_good_token_with_one_character_changed_is_refused(string name)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        Assert.True(SignatureAlgorithm.TryFind(name, out var algorithm));
        using var key = SigningKey.Import(algorithm, Keys.SampleKeys.Of(name).ExportPrivateKey());
        var rules = new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
        var clock = new FakeTimeProvider(TokenForge.Now);
        var gate = new TokenGate([new TrustedIssuer(rules, new KeySet([key.ToVerificationKey()]))], clock);
        var token = JwtSigner.Sign(key, Encoding.ASCII.GetBytes(TokenForge.Claims()), "at+jwt");
        Assert.True((await gate.VerifyAsync(token)).IsAccepted);
        var random = new Random(Seed);
        foreach (var position in Positions(token, random))
        {
            foreach (var changed in Changes(token, position, random))
            {
                var verdict = await gate.VerifyAsync(changed);
                Assert.False(verdict.IsAccepted, $"at {position}: {changed}");
                Assert.Contains(verdict.Rejection.Code, Codes);
            }
        }
        Assert.True((await gate.VerifyAsync(token)).IsAccepted);
    }

    [Fact]
    public async Task Random_bytes_in_good_parts_are_refused()
    {
        var random = new Random(Seed);
        var rules = new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
        var gate = new TokenGate([new TrustedIssuer(rules, new KeySet([TokenForge.EcKey]))], new FakeTimeProvider(TokenForge.Now));
        for (var i = 0; i < 3000; i++)
        {
            var claims = Encoding.UTF8.GetBytes(TokenForge.Claims());
            for (var n = random.Next(1, 4); n > 0; n--)
                claims[random.Next(claims.Length)] = (byte)random.Next(256);
            // Signed by the issuer itself: whatever it signs, a verdict comes and no exception.
            var token = TokenForge.SignEncoded(TokenForge.Base64Url(TokenForge.Header("ES256", "ec")), TokenForge.Base64Url(claims), TokenForge.SignEc);
            var verdict = await gate.VerifyAsync(token);
            Assert.True(verdict.IsAccepted || Codes.Contains(verdict.Rejection.Code));
        }
    }

    // Every place of the header and of the claims' edges, and a sample of the rest: RSA tokens are long and slow to check.
    private static IEnumerable<int> Positions(string token, Random random) =>
        Enumerable.Range(0, token.Length).Where(i => i < 40 || i > token.Length - 40 || token[i] == '.' || random.Next(4) == 0);

    private static IEnumerable<string> Changes(string token, int position, Random random)
    {
        yield return token.Remove(position, 1);
        yield return token.Insert(position, $"{Characters[random.Next(Characters.Length)]}");
        for (var i = 0; i < 2; i++)
        {
            var other = Characters[random.Next(Characters.Length)];
            if (other != token[position])
                yield return token.Remove(position, 1).Insert(position, $"{other}");
        }
    }
}
