// Forges tokens by hand, with the platform's cryptography and nothing of the engine, so that no fault of the signer hides one of the verifier.
using System.Security.Cryptography;
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

internal static class TokenForge
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "https://billing";
    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly byte[] Secret = RandomNumberGenerator.GetBytes(64);

    /// <summary>The keys a target trusts: EC "ec" for ES256, RSA "rsa" for RS256, secret "oct" for HS256.</summary>
    public static VerificationKey EcKey => VerificationKey.FromJwk(Jwk.Parse(Encoding.UTF8.GetBytes(EcJwk("ec"))));

    public static VerificationKey RsaKey => VerificationKey.FromJwk(Jwk.Parse(Encoding.UTF8.GetBytes(RsaJwk("rsa", "RS256"))));

    public static VerificationKey OctKey => VerificationKey.FromSecret(SignatureAlgorithm.HS256, Secret, "oct");

    public static long Seconds(double fromNow = 0) => Now.ToUnixTimeSeconds() + (long)fromNow;

    public static string Base64Url(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    public static string EcJwk(string kid, string more = "")
    {
        var point = Ec.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-256","kid":"{{kid}}","x":"{{Base64Url(point.X)}}","y":"{{Base64Url(point.Y)}}"{{more}}}""";
    }

    public static string RsaJwk(string kid, string alg, string more = "")
    {
        var key = Rsa.ExportParameters(false);
        return $$"""{"kty":"RSA","alg":"{{alg}}","kid":"{{kid}}","n":"{{Base64Url(key.Modulus)}}","e":"{{Base64Url(key.Exponent)}}"{{more}}}""";
    }

    public static string Header(string alg, string kid, string more = "") => $$"""{"alg":"{{alg}}","typ":"at+jwt","kid":"{{kid}}"{{more}}}""";

    /// <summary>Good claims with changes: a JSON value replaces or adds a member, null leaves it out.</summary>
    public static string Claims(params (string Name, string? Json)[] changes)
    {
        var claims = new List<KeyValuePair<string, string>>
        {
            new("iss", $"\"{Issuer}\""),
            new("sub", "\"orders\""),
            new("aud", $"\"{Audience}\""),
            new("client_id", "\"orders\""),
            new("iat", $"{Seconds()}"),
            new("exp", $"{Seconds(300)}"),
            new("jti", "\"t-1\""),
            new("scope", "\"invoices:read\""),
        };
        foreach (var (name, json) in changes)
        {
            var at = claims.FindIndex(claim => claim.Key == name);
            if (at >= 0)
                claims.RemoveAt(at);
            if (json is not null)
                claims.Insert(at < 0 ? claims.Count : at, new(name, json));
        }
        return $"{{{string.Join(',', claims.Select(claim => $"\"{claim.Key}\":{claim.Value}"))}}}";
    }

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign) =>
        SignEncoded(Base64Url(header), Base64Url(payload), sign);

    public static string SignEncoded(string header, string payload, Func<byte[], byte[]> sign)
    {
        var input = $"{header}.{payload}";
        return $"{input}.{Base64Url(sign(Encoding.UTF8.GetBytes(input)))}";
    }

    public static string ES256(string? header = null, string? claims = null) => Sign(header ?? Header("ES256", "ec"), claims ?? Claims(), SignEc);

    public static string RS256(string? header = null, string? claims = null) => Sign(header ?? Header("RS256", "rsa"), claims ?? Claims(), SignRsa);

    public static string HS256(string? header = null, string? claims = null, byte[]? secret = null) =>
        Sign(header ?? Header("HS256", "oct"), claims ?? Claims(), data => HMACSHA256.HashData(secret ?? Secret, data));

    public static byte[] SignEc(byte[] data)
    {
        lock (Ec)
            return Ec.SignData(data, HashAlgorithmName.SHA256);
    }

    public static byte[] SignRsa(byte[] data) => SignRsa(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static byte[] SignRsa(byte[] data, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        lock (Rsa)
            return Rsa.SignData(data, hash, padding);
    }
}
