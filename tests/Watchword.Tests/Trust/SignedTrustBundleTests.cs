// A signed bundle: only by a pinned key, only as a bundle, and never an unsigned one in its place.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class SignedTrustBundleTests
{
    private static readonly TrustBundle Bundle = new(3, new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero), [new TrustEntry { Issuer = "https://a.example" }]);

    private static KeySet Pins => new([SampleKeys.Of("ES256").ToVerificationKey(), SampleKeys.AnotherOf("ES256").ToVerificationKey()]);

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    public void A_bundle_signed_by_the_pinned_key_is_taken(string algorithm)
    {
        var key = SampleKeys.Of(algorithm);
        var opened = SignedTrustBundle.Open(Signed(key), new KeySet([key.ToVerificationKey()]));
        Assert.Equal((true, key.KeyId, 3), (opened.IsSigned, opened.VerifiedBy, opened.Bundle.Serial));
    }

    [Fact]
    public void Either_of_two_pinned_keys_will_do()
    {
        Assert.NotNull(SignedTrustBundle.Open(Signed(SampleKeys.Of("ES256")), Pins));
        Assert.NotNull(SignedTrustBundle.Open(Signed(SampleKeys.AnotherOf("ES256")), Pins));
    }

    [Fact]
    public void Where_a_key_is_pinned_nothing_else_is_taken()
    {
        using var stranger = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var sameName = SigningKey.Generate(SignatureAlgorithm.ES256, SampleKeys.Of("ES256").KeyId);
        Assert.Contains("not signed", Fault(Bundle.ToJson()), StringComparison.Ordinal);
        Assert.Contains(RejectionCode.UnknownKey, Fault(Signed(stranger)), StringComparison.Ordinal);
        Assert.Contains(RejectionCode.BadSignature, Fault(Signed(sameName)), StringComparison.Ordinal);
        Assert.Contains(SignedTrustBundle.Type, Fault(Encoding.ASCII.GetBytes(JwtSigner.Sign(SampleKeys.Of("ES256"), Bundle.ToJson(), "at+jwt"))), StringComparison.Ordinal);
        Assert.Contains(SignedTrustBundle.Type, Fault(Encoding.ASCII.GetBytes(JwtSigner.Sign(SampleKeys.Of("ES256"), Bundle.ToJson()))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_bundle_is_refused()
    {
        var parts = Encoding.ASCII.GetString(Signed(SampleKeys.Of("ES256"))).Split('.');
        var other = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(JwtSigner.Sign(SampleKeys.Of("ES256"), new TrustBundle(4, Bundle.Expires, []).ToJson(), SignedTrustBundle.Type))).Split('.');
        Assert.Contains(RejectionCode.BadSignature, Fault(Encoding.ASCII.GetBytes($"{parts[0]}.{other[1]}.{parts[2]}")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_pin_a_signature_says_nothing()
    {
        var opened = SignedTrustBundle.Open(Signed(SampleKeys.Of("ES256")), null);
        Assert.Equal((true, null), (opened.IsSigned, opened.VerifiedBy));
        Assert.False(SignedTrustBundle.Open([.. " \n"u8, .. Bundle.ToJson()], null).IsSigned);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<html></html>")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    public void What_is_no_bundle_is_refused(string text) =>
        Assert.Throws<InvalidBundleException>(() => SignedTrustBundle.Open(Encoding.UTF8.GetBytes(text), null));

    [Fact]
    public void A_symmetric_key_signs_no_bundle()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.HS256);
        Assert.Throws<ArgumentException>(() => SignedTrustBundle.Sign(Bundle, key));
    }

    [Fact]
    public void A_document_that_is_too_large_is_not_read() => Assert.Contains(
        "too many", Assert.Throws<InvalidBundleException>(() => SignedTrustBundle.Open(new byte[2 * 1024 * 1024], null)).Message, StringComparison.Ordinal);

    private static byte[] Signed(SigningKey key) => Encoding.ASCII.GetBytes(SignedTrustBundle.Sign(Bundle, key));

    private static string Fault(byte[] document) => Assert.Throws<InvalidBundleException>(() => SignedTrustBundle.Open(document, Pins)).Message;
}
