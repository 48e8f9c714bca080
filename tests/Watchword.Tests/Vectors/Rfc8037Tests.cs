// RFC 8037 appendix A through the engine: an Ed25519 key, its public half, its thumbprint, and a JWS signed and verified with it.
using System.Text;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Vectors;

/// <summary>The examples of the appendix, which are all of one key.</summary>
public sealed record Ed25519Vectors(string Source, JsonElement PrivateKey, JsonElement PublicKey, string Thumbprint, string Payload, string Token);

public sealed class Rfc8037Tests
{
    private static readonly Ed25519Vectors Vectors = VectorFile.Read<Ed25519Vectors>("rfc8037-appendix-a.json");

    [Fact]
    public void The_public_half_of_the_private_key_is_the_public_key()
    {
        using var key = SigningKey.FromJwk(Read(Vectors.PrivateKey));
        Assert.Equal(Read(Vectors.PublicKey).X, key.ToVerificationKey().ToJwk().X);
        Assert.Same(SignatureAlgorithm.EdDSA, key.Algorithm);
    }

    [Fact]
    public void The_thumbprint_is_the_one_of_the_standard()
    {
        Assert.Equal(Vectors.Thumbprint, Read(Vectors.PublicKey).Thumbprint());
        using var key = SigningKey.FromJwk(Read(Vectors.PrivateKey));
        Assert.Equal(Vectors.Thumbprint, key.KeyId);
    }

    [Fact]
    public void Signing_gives_the_signature_of_the_standard()
    {
        using var key = SigningKey.FromJwk(Read(Vectors.PrivateKey));
        var dot = Vectors.Token.LastIndexOf('.');
        var signature = new byte[key.SignatureLength];
        key.Sign(Encoding.ASCII.GetBytes(Vectors.Token[..dot]), signature);
        Assert.Equal(Vectors.Token[(dot + 1)..], System.Buffers.Text.Base64Url.EncodeToString(signature));
    }

    [Fact]
    public void The_signed_example_is_accepted_and_no_other()
    {
        var verifier = new JwsVerifier(new KeySet([VerificationKey.FromJwk(Read(Vectors.PublicKey))]));
        Assert.True(verifier.TryVerify(Encoding.ASCII.GetBytes(Vectors.Token), out var payload, out var rejection), $"{rejection}");
        Assert.Equal(Vectors.Payload, Encoding.UTF8.GetString(payload));
        var changed = Vectors.Token.Replace(".RXhh", ".RXhi", StringComparison.Ordinal);
        Assert.False(verifier.TryVerify(Encoding.ASCII.GetBytes(changed), out _, out rejection));
        Assert.Equal(RejectionCode.BadSignature, rejection.Code);
    }

    private static Jwk Read(JsonElement key) => Jwk.Parse(Encoding.UTF8.GetBytes(key.GetRawText()));
}
