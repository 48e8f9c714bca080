// Tokens: what was signed is what is read, and nothing but what was signed is accepted.
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Tests.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Properties;

public sealed class TokenProperties
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %\"{}\0\n\u00e9\ud800";
    private static readonly SigningKey[] Keys = [.. SignatureAlgorithm.All.Select(algorithm => SigningKey.Import(algorithm, SampleKeys.Of(algorithm.Name).ExportPrivateKey(), algorithm.Name))];
    private static readonly KeySet Trusted = new(Keys.Select(key => key.ToVerificationKey()));
    private static readonly JwtRules Rules = new() { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };
    private static readonly FakeTimeProvider Clock = new(TokenForge.Now);
    private static readonly TokenGate Gate = new([new TrustedIssuer(Rules, Trusted)], Clock);
    private static readonly string[] Good = [.. Keys.SelectMany(key => new[] { Sign(key), Sign(key, ("sub", "\"admin\"")) })];
    private static readonly HashSet<string> Signed = [.. Good];
    private static readonly HashSet<string> Codes = [.. typeof(RejectionCode).GetFields().Select(field => (string)field.GetRawConstantValue()!)];

    private static readonly Gen<AccessTokenClaims> Claims =
        from texts in Texts.Any.Array[5]
        from scopes in Texts.ScopeToken.Array[0, 5]
        from age in Gen.Int[-30, 80_000]
        from rest in Gen.Int[1, 6_000]
        select new AccessTokenClaims
        {
            Issuer = texts[0] + "i",
            Audience = texts[1] + "a",
            Subject = texts[2],
            ClientId = texts[3],
            TokenId = texts[4],
            Scope = scopes.Length == 0 ? null : string.Join(' ', scopes),
            IssuedAt = TokenForge.Now.AddSeconds(-age),
            Lifetime = TimeSpan.FromSeconds(age + rest),
        };

    // A place from 0 to 1, what to do there, and a character to do it with.
    private static readonly Gen<(double Place, int Kind, char Character)[]> Changes =
        Gen.Select(Gen.Double.Unit, Gen.Int[0, 6], Gen.Int[0, Characters.Length - 1].Select(i => Characters[i])).Array[1, 4];

    [Fact]
    public void What_was_signed_is_what_is_read() => Gen.Select(Gen.Int[0, Keys.Length - 1], Claims).Holds((which, claims) =>
    {
        var token = JwtSigner.SignAccessToken(Keys[which], claims);
        var verdict = new JwtVerifier(new JwtRules { Issuer = claims.Issuer, Audience = claims.Audience }, Trusted, Clock).Verify(token);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
        var read = verdict.Token;
        Assert.Equal((claims.Issuer, claims.Subject, claims.ClientId, claims.TokenId, claims.Scope), (read.Issuer, read.Subject, read.ClientId, read.TokenId, read.Scope));
        Assert.Equal([claims.Audience], read.Audiences);
        Assert.Equal((claims.IssuedAt, claims.IssuedAt + claims.Lifetime), (read.IssuedAt, read.ExpiresAt));
        Assert.Equal((Keys[which].Algorithm, Keys[which].KeyId), (read.Algorithm, read.KeyId));
    });

    [Fact]
    public void A_token_changed_anyhow_is_refused_with_a_code() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Changes).Select(made => made.Item2.Aggregate(Good[made.Item1], Change)).Holds(Refused);

    [Fact]
    public void Two_tokens_spliced_are_refused_with_a_code() =>
        Gen.Select(Gen.Int[0, Good.Length - 1], Gen.Int[0, Good.Length - 1], Gen.Double.Unit, Gen.Double.Unit).Select((one, other, end, start) =>
            Good[one][..At(Good[one], end)] + Good[other][At(Good[other], start)..]).Holds(Refused);

    [Fact]
    public void Whatever_an_issuer_signs_gets_a_verdict() => Gen.Select(Texts.Json, Texts.Json, Gen.Int[0, 9]).Holds((header, claims, kind) =>
    {
        // Mostly with a good header, else no claims would ever be looked at; and with good claims before the odd ones.
        var good = Encoding.UTF8.GetBytes(TokenForge.Claims()[..^1] + ",");
        byte[] payload = kind > 4 && claims is [(byte)'{', ..] ? [.. good, .. claims.AsSpan(1)] : claims;
        var token = TokenForge.SignEncoded(
            kind == 0 ? TokenForge.Base64Url(header) : TokenForge.Base64Url(TokenForge.Header("HS256", "HS256")), TokenForge.Base64Url(payload), data => Hmac(data));
        var verdict = Gate.VerifyAsync(token).AsTask().Result;
        Assert.True(verdict.IsAccepted ? kind > 4 && verdict.Token.TokenId == "t-1" : Codes.Contains(verdict.Rejection.Code), $"{verdict.Rejection}");
    });

    private static byte[] Hmac(byte[] data)
    {
        var signature = new byte[32];
        Keys[0].Sign(data, signature);
        return signature;
    }

    private static string Sign(SigningKey key, params (string, string?)[] changes) => JwtSigner.Sign(key, Encoding.ASCII.GetBytes(TokenForge.Claims(changes)), "at+jwt");

    private static void Refused(string token)
    {
        if (Signed.Contains(token))
            return;
        var verdict = Gate.VerifyAsync(token).AsTask().Result;
        Assert.False(verdict.IsAccepted);
        Assert.Contains(verdict.Rejection.Code, Codes);
        var bytes = Encoding.UTF8.GetBytes(token);
        var direct = new JwtVerifier(Rules, Trusted, Clock).Verify(bytes);
        Assert.Contains(direct.Rejection!.Code, Codes);
        Assert.False(new JwsVerifier(Trusted).TryVerify(bytes, out _, out _));
        UnverifiedJwt.TryRead(token, out _, out _);
    }

    private static int At(string token, double place) => Math.Min((int)(place * (token.Length + 1)), token.Length);

    private static string Change(string token, (double Place, int Kind, char Character) change)
    {
        var at = At(token, change.Place);
        if (at >= token.Length - 1)
            return token + change.Character;
        return change.Kind switch
        {
            0 => token.Remove(at, 1),
            1 => token.Insert(at, $"{change.Character}"),
            2 => token[..at] + change.Character + token[(at + 1)..],
            3 => token[..at] + (char)(token[at] ^ (1 << change.Character % 8)) + token[(at + 1)..],
            4 => token[..at] + token[at + 1] + token[at] + token[(at + 2)..],
            5 => token[..at],
            _ => token[..at] + token[(at / 2)..],
        };
    }
}
