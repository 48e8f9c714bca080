// Encrypted tokens at the gate: what is inside is verified like any other token, and encryption alone proves nothing.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Jwe;

public sealed class TokenDecryptionTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000));
    private readonly SigningKey _signing = SigningKey.Generate(SignatureAlgorithm.ES256);
    private readonly DecryptionKey _key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);

    [Fact]
    public async Task Encrypted_token_is_verified_inside() =>
        Assert.Equal("orders", (await Gate().VerifyAsync(Encrypt(Token(), "JWT"))).Token!.ClientId);

    [Fact]
    public async Task Plain_token_is_taken_unless_encryption_is_required()
    {
        Assert.True((await Gate().VerifyAsync(Token())).IsAccepted);
        Assert.Equal(RejectionCode.DecryptionFailed, (await Gate(required: true).VerifyAsync(Token())).Rejection!.Code);
    }

    [Fact]
    public async Task Claims_that_are_only_encrypted_are_refused() =>
        Assert.Equal(RejectionCode.Malformed, (await Gate().VerifyAsync(Encrypt("""{"iss":"https://issuer.example"}""", "JWT"))).Rejection!.Code);

    [Fact]
    public async Task Token_encrypted_twice_is_refused() =>
        Assert.Equal(RejectionCode.Malformed, (await Gate().VerifyAsync(Encrypt(Encrypt(Token(), "JWT"), "JWT"))).Rejection!.Code);

    [Theory]
    [InlineData(null)]
    [InlineData("at+jwt")]
    public async Task Content_that_does_not_say_it_is_a_token_is_refused(string? contentType) =>
        Assert.Equal(RejectionCode.WrongType, (await Gate().VerifyAsync(Encrypt(Token(), contentType))).Rejection!.Code);

    [Fact]
    public async Task Encrypted_token_is_malformed_where_nothing_can_decrypt_it() =>
        Assert.Equal(RejectionCode.Malformed, (await new TokenGate([Issuer()], _clock).VerifyAsync(Encrypt(Token(), "JWT"))).Rejection!.Code);

    [Fact]
    public async Task Token_for_a_key_of_nobody_here_is_unknown_key()
    {
        using var other = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        var token = JweEncrypter.Encrypt(other.ToEncryptionKey(), Encoding.ASCII.GetBytes(Token()), contentType: "JWT");
        Assert.Equal(RejectionCode.UnknownKey, (await Gate().VerifyAsync(token)).Rejection!.Code);
    }

    public void Dispose()
    {
        _signing.Dispose();
        _key.Dispose();
    }

    private TokenGate Gate(bool required = false) => new([Issuer()], _clock, new TokenDecryption([_key]) { IsRequired = required });

    private TrustedIssuer Issuer() =>
        new(new JwtRules { Issuer = "https://issuer.example", Audience = "https://billing" }, new KeySet([_signing.ToVerificationKey()]));

    private string Encrypt(string content, string? contentType) =>
        JweEncrypter.Encrypt(_key.ToEncryptionKey(), Encoding.ASCII.GetBytes(content), contentType: contentType);

    private string Token() => JwtSigner.SignAccessToken(_signing, new AccessTokenClaims
    {
        Issuer = "https://issuer.example",
        Subject = "orders",
        ClientId = "orders",
        Audience = "https://billing",
        IssuedAt = _clock.GetUtcNow(),
        Lifetime = TimeSpan.FromMinutes(5),
    });
}
