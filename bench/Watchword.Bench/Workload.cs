// The token every contender signs and verifies: a typical access token of an issuer of ours.
using System.Buffers.Text;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Bench;

internal sealed class Workload
{
    public const string Issuer = "https://issuer.internal.example";
    public const string Audience = "https://billing.internal.example";
    public const string Scope = "invoices:read";

    public Workload(SignatureAlgorithm algorithm)
    {
        Key = SigningKey.Generate(algorithm);
        Claims = new AccessTokenClaims
        {
            Issuer = Issuer,
            Subject = "orders-service",
            Audience = Audience,
            ClientId = "orders-service",
            Scope = "invoices:read invoices:write",
            IssuedAt = TimeProvider.System.GetUtcNow(),
            Lifetime = TimeSpan.FromHours(12),
        };
        Token = JwtSigner.SignAccessToken(Key, Claims);
        Ascii = Encoding.ASCII.GetBytes(Token);
        var dot = Token.LastIndexOf('.');
        SigningInput = Ascii[..dot];
        Signature = Base64Url.DecodeFromChars(Token.AsSpan(dot + 1));
        Payload = Base64Url.DecodeFromChars(Token.AsSpan(Token.IndexOf('.') + 1, dot - Token.IndexOf('.') - 1));
        PayloadText = Encoding.UTF8.GetString(Payload);
        Verifier = new JwtVerifier(new JwtRules { Issuer = Issuer, Audience = Audience }, new KeySet([Key.ToVerificationKey()]), TimeProvider.System);
    }

    public SigningKey Key { get; }

    public AccessTokenClaims Claims { get; }

    public string Token { get; }

    public byte[] Ascii { get; }

    public byte[] SigningInput { get; }

    public byte[] Signature { get; }

    public byte[] Payload { get; }

    public string PayloadText { get; }

    public JwtVerifier Verifier { get; }
}
