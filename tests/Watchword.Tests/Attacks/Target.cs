// A target under attack: every token goes through every way in, and each must say the same.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Attacks;

internal sealed class Target
{
    private readonly JwtVerifier _verifier;
    private readonly TokenGate _gate;

    public Target(params VerificationKey[] keys)
        : this(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience }, keys)
    {
    }

    public Target(JwtRules rules, params VerificationKey[] keys)
    {
        Clock = new FakeTimeProvider(TokenForge.Now);
        var set = new KeySet(keys.Length > 0 ? keys : [TokenForge.EcKey, TokenForge.RsaKey, TokenForge.OctKey]);
        _verifier = new JwtVerifier(rules, set, Clock);
        _gate = new TokenGate([new TrustedIssuer(rules, set)], Clock);
    }

    public FakeTimeProvider Clock { get; }

    public VerifiedJwt Accepts(string token)
    {
        var verdict = _verifier.Verify(token);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
        var byGate = Gate(token);
        Assert.True(byGate.IsAccepted, $"{byGate.Rejection}");
        var claims = new byte[token.Length];
        Assert.Null(_verifier.Verify(Encoding.ASCII.GetBytes(token), claims, out var written));
        Assert.Equal(verdict.Token.Claims.ToArray(), claims[..written]);
        return byGate.Token;
    }

    /// <summary>Asserts that the token is refused with this code, by every way in, in words that are safe to send.</summary>
    public Rejection Refuses(string code, string token)
    {
        var rejection = Safe(_verifier.Verify(token).Rejection);
        Assert.True(code == rejection.Code, $"expected {code}, got {rejection}");
        Assert.Equal(code, Safe(Gate(token).Rejection).Code);
        var claims = new byte[16];
        Assert.Equal(code, Safe(_verifier.Verify(Encoding.UTF8.GetBytes(token), claims, out var written)).Code);
        Assert.Equal(0, written);
        Assert.Equal(new byte[16], claims);
        return rejection;
    }

    /// <summary>Asserts only that the token is refused, by the verifier and by the gate.</summary>
    public void RefusesAnyhow(string token)
    {
        Assert.False(_verifier.Verify(token).IsAccepted);
        Assert.False(Gate(token).IsAccepted);
    }

    private Verdict Gate(string token)
    {
        var verdict = _gate.VerifyAsync(token);
        return verdict.IsCompletedSuccessfully ? verdict.Result : throw new InvalidOperationException("A gate without fetched keys never waits.");
    }

    // RFC 6750 section 3: what error_description may hold. The private detail is for a log: one line, printable, bounded.
    private static Rejection Safe(Rejection? rejection)
    {
        Assert.NotNull(rejection);
        Assert.InRange(rejection.Message.Length, 1, 300);
        Assert.All(rejection.Message, character => Assert.True(character is >= ' ' and <= '~' and not '"' and not '\\', $"{(int)character}"));
        Assert.All(rejection.Detail ?? "", character => Assert.InRange(character, ' ', '~'));
        Assert.InRange(rejection.Detail?.Length ?? 0, 0, 300);
        return rejection;
    }
}
