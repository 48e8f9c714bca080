// SECURITY.md items 2 and 3: every key of the table against every name of the table (RFC 8725 §2.1, §3.1). Only the key's own will do.
using System.Security.Cryptography;
using Watchword.Keys;
using Watchword.Tests.Keys;

namespace Watchword.Tests.Attacks;

public sealed class AlgorithmTableAttacks
{
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var key in SignatureAlgorithm.All)
            {
                foreach (var named in SignatureAlgorithm.All)
                    pairs.Add(key.Name, named.Name);
            }
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_key_serves_its_own_algorithm_only(string own, string named)
    {
        var target = new Target(Trusted(own));
        var sign = Signer(own, named);
        var labelled = TokenForge.Sign(TokenForge.Header(named, "k"), TokenForge.Claims(), sign);
        var unnamed = TokenForge.Sign($$"""{"alg":"{{named}}","typ":"at+jwt"}""", TokenForge.Claims(), sign);
        var mislabelled = TokenForge.Sign(TokenForge.Header(own, "k"), TokenForge.Claims(), sign);
        if (own == named)
        {
            target.Accepts(labelled);
            target.Accepts(unnamed);
            return;
        }
        target.Refuses(RejectionCode.AlgorithmMismatch, labelled);
        target.Refuses(RejectionCode.UnknownKey, unnamed);
        target.Refuses(RejectionCode.BadSignature, mislabelled);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Two_keys_of_one_kid_do_not_help_each_other(string one, string other)
    {
        var target = one == other ? new Target(Trusted(one), Trusted(other)) : new Target(Trusted(one), Trusted(other), Trusted("ES256", "x"));
        var token = TokenForge.Sign(TokenForge.Header(one, "k"), TokenForge.Claims(), Signer(one, one));
        if (one == other)
            target.Refuses(RejectionCode.UnknownKey, token);
        else
            target.Accepts(token);
        target.RefusesAnyhow(TokenForge.Sign(TokenForge.Header(one, "k"), TokenForge.Claims(), Signer(one, one == "ES256" ? "ES384" : "ES256")));
    }

    private static VerificationKey Trusted(string name, string kid = "k")
    {
        var algorithm = SampleKeys.Find(name);
        if (algorithm.IsSymmetric)
            return VerificationKey.FromSecret(algorithm, TokenForge.Secret, kid);
        return SigningKey.Import(algorithm, SampleKeys.Of(name).ExportPrivateKey(), kid).ToVerificationKey();
    }

    // What an attacker, or the issuer by mistake, signs with: RSA keys of all algorithms are one key, and so are the secrets.
    private static Func<byte[], byte[]> Signer(string own, string named)
    {
        if (SampleKeys.Find(named).IsSymmetric)
            return Hmac(named, SampleKeys.Find(own).IsSymmetric ? TokenForge.Secret : new KeySet([Trusted(own)]).ToJson());
        var key = SampleKeys.Of(named);
        return data =>
        {
            var signature = new byte[key.SignatureLength];
            key.Sign(data, signature);
            return signature;
        };
    }

    private static Func<byte[], byte[]> Hmac(string name, byte[] secret) => name switch
    {
        "HS256" => data => HMACSHA256.HashData(secret, data),
        "HS384" => data => HMACSHA384.HashData(secret, data),
        _ => data => HMACSHA512.HashData(secret, data),
    };
}
