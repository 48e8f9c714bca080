// One algorithm's key and ten thousand tokens of the issuer, in files for the servers and for wrk.
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Bench.Http;

internal sealed class Issued
{
    private const int Tokens = 10_000;
    private readonly string _folder;

    private Issued(string folder, string algorithm)
    {
        _folder = folder;
        Algorithm = algorithm;
    }

    public string Algorithm { get; }

    /// <summary>The key as a JWK; for Watchword with HS256 the shared secret as the issuer prints it.</summary>
    public string KeyFile(string kind) => Path.Combine(_folder, kind == TargetServer.Watchword && Algorithm == "HS256" ? "secret" : "key");

    public string TokenFile(bool hot) => Path.Combine(_folder, hot ? "hot" : "tokens");

    public static Issued Make(string folder, SignatureAlgorithm algorithm, SigningKey key, string? secret, string issuer)
    {
        var issued = new Issued(Directory.CreateDirectory(Path.Combine(folder, algorithm.Name)).FullName, algorithm.Name);
        File.WriteAllText(issued.KeyFile(TargetServer.JwtBearer), secret is null ? PublicJwk(key) : SecretJwk(key));
        if (secret is not null)
            File.WriteAllText(issued.KeyFile(TargetServer.Watchword), secret);
        var tokens = new string[Tokens];
        Parallel.For(0, Tokens, i => tokens[i] = JwtSigner.SignAccessToken(key, new AccessTokenClaims
        {
            Issuer = issuer,
            Subject = "orders-service",
            Audience = Workload.Audience,
            ClientId = "orders-service",
            Scope = Workload.Scope,
            IssuedAt = TimeProvider.System.GetUtcNow(),
            Lifetime = TimeSpan.FromHours(12),
        }));
        File.WriteAllLines(issued.TokenFile(hot: false), tokens);
        File.WriteAllLines(issued.TokenFile(hot: true), tokens[..1]);
        return issued;
    }

    private static string PublicJwk(SigningKey key)
    {
        using var set = JsonDocument.Parse(new KeySet([key.ToVerificationKey()]).ToJson());
        return set.RootElement.GetProperty("keys")[0].GetRawText();
    }

    private static string SecretJwk(SigningKey key) =>
        $$"""{"kty":"oct","alg":"HS256","kid":"{{key.KeyId}}","k":"{{System.Buffers.Text.Base64Url.EncodeToString(key.ExportPrivateKey())}}"}""";
}
