// A target that decrypts, under attack: every token goes to the decrypter and to the gate, and both must say the same.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Attacks;

internal sealed class JweTarget
{
    private const string Sentence = "The token cannot be decrypted.";
    private readonly JweDecrypter _decrypter;
    private readonly TokenGate _gate;

    public JweTarget(params DecryptionKey[] keys)
    {
        var held = keys.Length > 0 ? keys : JweForge.Keys;
        _decrypter = new JweDecrypter(held);
        var rules = new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
        var issuer = new TrustedIssuer(rules, new KeySet([TokenForge.EcKey, TokenForge.RsaKey, TokenForge.OctKey]));
        _gate = new TokenGate([issuer], new FakeTimeProvider(TokenForge.Now), new TokenDecryption(held) { IsRequired = true });
    }

    /// <summary>Asserts that the forge makes tokens that would be accepted: else no refusal would mean anything.</summary>
    public void Accepts(string token)
    {
        Assert.True(_decrypter.TryDecrypt(Encoding.UTF8.GetBytes(token), out _, out var rejection), $"{rejection}");
        Assert.True(Gate(token).IsAccepted, $"{Gate(token).Rejection}");
    }

    /// <summary>Asserts that the token is refused with this code by both, in words that are safe to send.</summary>
    public Rejection Refuses(string code, string token)
    {
        Assert.False(_decrypter.TryDecrypt(Encoding.UTF8.GetBytes(token), out var content, out var rejection));
        Assert.Null(content);
        Assert.True(code == rejection.Code, $"expected {code}, got {rejection}");
        var byGate = Gate(token).Rejection!;
        Assert.Equal((rejection.Code, rejection.Message, rejection.Claim), (byGate.Code, byGate.Message, byGate.Claim));
        Assert.All($"{rejection}", character => Assert.InRange(character, ' ', '~'));
        return rejection;
    }

    /// <summary>Asserts that the token is refused in the one way in which all are that found their key: nothing can be told from it.</summary>
    public void CannotDecrypt(string token)
    {
        var rejection = Refuses(RejectionCode.DecryptionFailed, token);
        Assert.Equal((Sentence, null), (rejection.Message, rejection.Claim));
    }

    /// <summary>Asserts what the gate says of a token that can be decrypted.</summary>
    public void RefusesContent(string code, string token)
    {
        var verdict = Gate(token);
        Assert.False(verdict.IsAccepted);
        Assert.True(code == verdict.Rejection.Code, $"expected {code}, got {verdict.Rejection}");
    }

    private Verdict Gate(string token)
    {
        var verdict = _gate.VerifyAsync(token);
        return verdict.IsCompletedSuccessfully ? verdict.Result : throw new InvalidOperationException("A gate without fetched keys never waits.");
    }
}
