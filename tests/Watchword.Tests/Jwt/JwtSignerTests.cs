// What our own tokens look like (RFC 9068 §2).
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwt;

public sealed class JwtSignerTests
{
    private static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.ES256, "k1");

    [Fact]
    public void Header_and_claims_stand_in_their_order()
    {
        Assert.True(UnverifiedJwt.TryRead(JwtSigner.SignAccessToken(Key, Claims()), out var jwt, out _));
        Assert.Equal("""{"alg":"ES256","typ":"at+jwt","kid":"k1"}""", jwt.Header);
        var now = TokenForge.Seconds();
        Assert.Equal($$"""{"iss":"https://issuer.example","sub":"orders","aud":"https://billing","client_id":"orders","iat":{{now}},"exp":{{now + 300}},"jti":"t-1","scope":"a b"}""", jwt.Claims);
    }

    [Fact]
    public void Without_scope_there_is_no_scope_and_the_identifier_is_128_random_bits()
    {
        Assert.True(UnverifiedJwt.TryRead(JwtSigner.SignAccessToken(Key, Claims() with { Scope = null, TokenId = null }), out var jwt, out _));
        using var claims = JsonDocument.Parse(jwt.Claims!);
        Assert.False(claims.RootElement.TryGetProperty("scope", out _));
        Assert.Equal(22, claims.RootElement.GetProperty("jti").GetString()!.Length);
    }

    [Theory]
    [InlineData("\"quoted\" \\ / \t\n\0 \u00e9 \u2028 \U0001f600 </script>")]
    [InlineData("\u007f\u0085\ufeff")]
    public void Any_text_comes_back_as_it_was(string text)
    {
        var token = JwtSigner.SignAccessToken(Key, Claims() with { Subject = text, ClientId = text, TokenId = text });
        var accepted = Verifier.Verify(token);
        Assert.True(accepted.IsAccepted, $"{accepted.Rejection}");
        Assert.Equal((text, text, text), (accepted.Token.Subject, accepted.Token.ClientId, accepted.Token.TokenId));
    }

    [Fact]
    public void Times_are_whole_seconds()
    {
        var claims = Claims() with { IssuedAt = TokenForge.Now.AddMilliseconds(999), Lifetime = TimeSpan.FromMilliseconds(61_999) };
        Assert.True(UnverifiedJwt.TryRead(JwtSigner.SignAccessToken(Key, claims), out var jwt, out _));
        Assert.Contains($"\"iat\":{TokenForge.Seconds()},\"exp\":{TokenForge.Seconds(61)},", jwt.Claims, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_of_more_than_4096_characters_is_not_issued()
    {
        var longest = 0;
        for (var length = 2500; length < 3200; length += 7)
        {
            var claims = Claims() with { Scope = new string('s', length) };
            if (longest == 0 && JwtSigner.SignAccessToken(Key, claims).Length > 4090)
                longest = length;
            if (longest > 0 && length > longest + 14)
                Assert.Contains("4096", Assert.Throws<ArgumentException>(() => JwtSigner.SignAccessToken(Key, claims)).Message, StringComparison.Ordinal);
        }
        Assert.NotEqual(0, longest);
        Assert.True(Verifier.Verify(JwtSigner.SignAccessToken(Key, Claims())).IsAccepted);
    }

    [Fact]
    public void Identifiers_are_unique_on_four_threads()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (var i = 0; i < 500; i++)
            {
                var verdict = Verifier.Verify(JwtSigner.SignAccessToken(Key, Claims() with { TokenId = null }));
                Assert.True(verdict.IsAccepted);
                Assert.True(seen.TryAdd(verdict.Token.TokenId, true));
            }
        });
        Assert.Equal(2000, seen.Count);
    }

    [Fact]
    public void Any_payload_and_type_are_signed_as_they_are()
    {
        var verifier = new JwsVerifier(new KeySet([Key.ToVerificationKey()]));
        foreach (var length in new[] { 0, 1, 2, 3, 1000, 2000, 10_000 })
        {
            var payload = new byte[length];
            new Random(length).NextBytes(payload);
            foreach (var type in new[] { null, "x", "a\"b\\c", "JWT", "dpop+jwt" })
            {
                var token = JwtSigner.Sign(Key, payload, type);
                Assert.True(verifier.TryVerify(Encoding.ASCII.GetBytes(token), out var read, out _));
                Assert.Equal(payload, read);
                Assert.True(CompactHeader(token).TryGetProperty("typ", out var typ) == type is not null && (type is null || typ.GetString() == type));
            }
        }
        for (var i = 0; i < 100; i++)
            Assert.Equal($"type {i}", CompactHeader(JwtSigner.Sign(Key, [], $"type {i}")).GetProperty("typ").GetString());
    }

    [Fact]
    public void Half_a_surrogate_pair_is_written_as_the_sign_for_what_is_no_text()
    {
        var verdict = Verifier.Verify(JwtSigner.SignAccessToken(Key, Claims() with { Subject = "a\ud800b" }));
        Assert.Equal("a\ufffdb", verdict.Token?.Subject);
    }

    private static JwtVerifier Verifier => new(
        new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience },
        new KeySet([Key.ToVerificationKey()]),
        new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TokenForge.Now));

    private static AccessTokenClaims Claims() => new()
    {
        Issuer = TokenForge.Issuer,
        Subject = "orders",
        Audience = TokenForge.Audience,
        ClientId = "orders",
        Scope = "a b",
        IssuedAt = TokenForge.Now,
        Lifetime = TimeSpan.FromMinutes(5),
        TokenId = "t-1",
    };

    private static JsonElement CompactHeader(string token)
    {
        var header = token.Split('.')[0].Replace('-', '+').Replace('_', '/');
        using var document = JsonDocument.Parse(Convert.FromBase64String(header + new string('=', (4 - header.Length % 4) % 4)));
        return document.RootElement.Clone();
    }
}
