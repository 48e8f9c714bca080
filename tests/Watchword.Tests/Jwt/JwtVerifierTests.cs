// What an accepted token says, what verifying allocates, and that threads may share a verifier.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Jwt;

public sealed class JwtVerifierTests
{
    private static readonly JwtRules Rules = new() { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };

    [Fact]
    public void An_accepted_token_says_what_was_signed()
    {
        var claims = TokenForge.Claims(("sub", "\"or\\u0064ers\\u00e9\""), ("aud", "[\"https://other\",\"https://billing\"]"), ("scope", "\"a b:c d\""), ("nbf", $"{TokenForge.Seconds(-1)}.5"), ("x", "{\"y\":[1]}"));
        var token = new Target().Accepts(TokenForge.ES256(claims: claims));
        Assert.Equal((TokenForge.Issuer, "orders\u00e9", "orders", "t-1"), (token.Issuer, token.Subject, token.ClientId, token.TokenId));
        Assert.Equal(["https://other", "https://billing"], token.Audiences);
        Assert.Equal(["a", "b:c", "d"], token.Scopes);
        Assert.Equal("a b:c d", token.Scope);
        Assert.Equal((TokenForge.Now, TokenForge.Now.AddMinutes(5), TokenForge.Now.AddSeconds(-0.5)), (token.IssuedAt, token.ExpiresAt, token.NotBefore));
        Assert.Equal(("ec", SignatureAlgorithm.ES256), (token.KeyId, token.Algorithm));
        Assert.Equal(claims, Encoding.UTF8.GetString(token.Claims.Span));
        using var document = token.ReadClaims();
        Assert.Equal(1, document.RootElement.GetProperty("x").GetProperty("y")[0].GetInt32());
        Assert.True(token.HasScope("b:c"));
        Assert.All(new[] { "B:C", "b", "", "a b:c", "a b:c d" }, scope => Assert.False(token.HasScope(scope)));
    }

    [Fact]
    public void A_token_without_scope_nbf_and_kid_says_so()
    {
        var token = new Target(TokenForge.EcKey).Accepts(TokenForge.ES256("""{"alg":"ES256","typ":"at+jwt"}""", TokenForge.Claims(("scope", null))));
        Assert.Null(token.Scope);
        Assert.Null(token.NotBefore);
        Assert.Null(token.KeyId);
        Assert.Empty(token.Scopes);
        Assert.Equal([TokenForge.Audience], token.Audiences);
    }

    [Fact]
    public void What_the_application_is_given_cannot_be_changed_by_it()
    {
        var token = new Target().Accepts(TokenForge.ES256(claims: TokenForge.Claims(("aud", "[\"https://billing\"]"))));
        Assert.Throws<NotSupportedException>(() => ((IList<string>)token.Scopes)[0] = "admin");
        Assert.Throws<NotSupportedException>(() => ((IList<string>)token.Audiences).Add("x"));
        Assert.False(token.Scopes is string[]);
    }

    [Fact]
    public void The_last_moment_a_date_can_have_is_told_apart()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.MaxValue.AddHours(-1));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var verdict = new JwtVerifier(Rules, new KeySet([TokenForge.EcKey]), clock).Verify(TokenForge.ES256(claims: TokenForge.Claims(("iat", $"{now}"), ("exp", "253402300799"))));
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
        Assert.Equal(9999, verdict.Token.ExpiresAt.Year);
    }

    [Fact]
    public void Accepting_a_token_by_HS256_allocates_nothing()
    {
        var verifier = new JwtVerifier(Rules, new KeySet([TokenForge.OctKey]), new FakeTimeProvider(TokenForge.Now));
        var token = Encoding.ASCII.GetBytes(TokenForge.HS256());
        var claims = new byte[token.Length];
        for (var i = 0; i < 200; i++)
            Assert.Null(verifier.Verify(token, claims, out _));
        var accepted = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            accepted += verifier.Verify(token, claims, out _) is null ? 1 : 0;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, accepted);
    }

    [Fact]
    public void Claims_go_only_where_there_is_room()
    {
        var verifier = new JwtVerifier(Rules, new KeySet([TokenForge.EcKey]), new FakeTimeProvider(TokenForge.Now));
        var token = Encoding.ASCII.GetBytes(TokenForge.ES256());
        Assert.Throws<ArgumentException>(() => verifier.Verify(token, new byte[10], out _));
        var room = new byte[token.Length * 3 / 4];
        Assert.Null(verifier.Verify(token, room, out var written));
        Assert.Equal(TokenForge.Claims(), Encoding.UTF8.GetString(room, 0, written));
    }

    [Fact]
    public void Several_threads_may_share_a_verifier()
    {
        var verifier = new JwtVerifier(Rules, new KeySet([TokenForge.EcKey, TokenForge.RsaKey, TokenForge.OctKey]), new FakeTimeProvider(TokenForge.Now));
        // More headers than are remembered, so that the memory of headers changes all the time.
        string[] good = [TokenForge.RS256(), TokenForge.HS256(), .. Enumerable.Range(0, 40).Select(i => TokenForge.ES256(TokenForge.Header("ES256", "ec", $",\"n\":{i}"), TokenForge.Claims(("jti", $"\"{i}\""))))];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            for (var i = 0; i < 200; i++)
            {
                var n = (worker * 13 + i) % good.Length;
                var verdict = verifier.Verify(good[n]);
                Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
                Assert.Equal(n < 2 ? "t-1" : $"{n - 2}", verdict.Token.TokenId);
                Assert.False(verifier.Verify(good[n][..^8] + "AAAAAAAA").IsAccepted);
            }
        });
    }

    [Fact]
    public void A_header_seen_before_does_not_lend_its_trust_to_another_signature()
    {
        var target = new Target();
        var good = TokenForge.ES256();
        for (var i = 0; i < 3; i++)
        {
            target.Accepts(good);
            target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("ES256", "ec"), TokenForge.Claims(("sub", "\"admin\"")), _ => new byte[64]));
        }
    }

    [Fact]
    public void What_is_missing_is_named_when_a_verifier_is_made()
    {
        Assert.Throws<ArgumentNullException>(() => new JwtVerifier(null!, KeySet.Empty, TimeProvider.System));
        Assert.Throws<ArgumentNullException>(() => new JwtVerifier(Rules, null!, TimeProvider.System));
        Assert.Throws<ArgumentNullException>(() => new JwtVerifier(Rules, KeySet.Empty, TimeProvider.System).Verify((string)null!));
    }
}
