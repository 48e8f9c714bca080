// The keys, rules and time of every target. They are fixed, so that a finding repeats itself; the private halves are in the RFCs.
using System.Text;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Fuzz;

internal static class Trusted
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "https://billing";

    // 2026-05-01T12:00:00Z, which the tokens of the corpus are made for.
    public const long Now = 1_777_636_800;

    public static readonly byte[] Secret = Encoding.ASCII.GetBytes("The seeds are signed with this secret, which is long enough.....");

    // RFC 7515 A.3 and A.2.
    private const string Ec = """{"kty":"EC","kid":"ec","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";
    private const string Rsa = """{"kty":"RSA","kid":"rsa","alg":"RS256","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}""";

    public static readonly JwtRules Rules = new() { Issuer = Issuer, Audience = Audience };

    public static readonly KeySet Keys = new(
    [
        VerificationKey.FromSecret(SignatureAlgorithm.HS256, Secret, "oct"),
        VerificationKey.FromJwk(Jwk.Parse(Encoding.ASCII.GetBytes(Ec))),
        VerificationKey.FromJwk(Jwk.Parse(Encoding.ASCII.GetBytes(Rsa))),
    ]);

    public static readonly TimeProvider Clock = new Stopped();

    public static JwtVerifier Verifier() => new(Rules, Keys, Clock);

    /// <summary>A key for each key management algorithm, named as that is.</summary>
    public static readonly DecryptionKey[] Recipients = [.. Seeds("keys").Select(jwk => DecryptionKey.FromJwk(Jwk.Parse(Encoding.ASCII.GetBytes(jwk))))];

    // Made once: its keys are dear to load.
    public static readonly TokenGate DecryptingGate = new([new TrustedIssuer(Rules, Keys)], Clock, new TokenDecryption(Recipients));

    public static TokenGate Gate() => new([new TrustedIssuer(Rules, Keys)], Clock);

    /// <summary>The texts in a folder of the corpus that stands in the assembly too.</summary>
    public static IEnumerable<string> Seeds(string target)
    {
        var assembly = typeof(Trusted).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(target + "/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.Latin1);
            yield return reader.ReadToEnd();
        }
    }

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
