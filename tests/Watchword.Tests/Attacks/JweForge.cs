// Forges encrypted tokens by hand, with the platform's cryptography and nothing of the engine.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

/// <summary>The parts of a token: the header as base64url text, the others as bytes.</summary>
internal sealed record JweParts(string Header, byte[] EncryptedKey, byte[] Nonce, byte[] Ciphertext, byte[] Tag)
{
    public override string ToString() =>
        string.Join('.', Header, TokenForge.Base64Url(EncryptedKey), TokenForge.Base64Url(Nonce), TokenForge.Base64Url(Ciphertext), TokenForge.Base64Url(Tag));
}

internal static class JweForge
{
    public static readonly byte[] Direct = RandomNumberGenerator.GetBytes(32);
    public static readonly byte[] DirectCbc = RandomNumberGenerator.GetBytes(32);
    public static readonly byte[] Wrapping = RandomNumberGenerator.GetBytes(16);
    public static readonly RSA Rsa = RSA.Create(2048);
    public static readonly ECParameters Ec = NewKey(ECCurve.NamedCurves.nistP256);

    /// <summary>The keys of a target: "dir" (A256GCM), "cbc" (dir, A128CBC-HS256), "kw" (A128KW), "rsa" (RSA-OAEP-256), "ec" (ECDH-ES, P-256).</summary>
    public static DecryptionKey[] Keys =>
    [
        DecryptionKey.FromJwk(new Jwk { KeyType = "oct", KeyId = "dir", Algorithm = "A256GCM", K = Direct }),
        DecryptionKey.FromJwk(new Jwk { KeyType = "oct", KeyId = "cbc", Algorithm = "A128CBC-HS256", K = DirectCbc }),
        DecryptionKey.FromJwk(new Jwk { KeyType = "oct", KeyId = "kw", Algorithm = "A128KW", K = Wrapping }),
        DecryptionKey.FromJwk(RsaJwk),
        DecryptionKey.FromJwk(EcJwk),
    ];

    public static Jwk EcJwk => new() { KeyType = "EC", KeyId = "ec", Curve = "P-256", X = Ec.Q.X, Y = Ec.Q.Y, D = Ec.D };

    public static Jwk RsaJwk
    {
        get
        {
            var key = Rsa.ExportParameters(true);
            return new Jwk { KeyType = "RSA", KeyId = "rsa", N = key.Modulus, E = key.Exponent, D = key.D, P = key.P, Q = key.Q };
        }
    }

    public static string Header(string alg, string enc, string kid, string more = "") => $$"""{"alg":"{{alg}}","enc":"{{enc}}","kid":"{{kid}}","cty":"JWT"{{more}}}""";

    public static JweParts OfDirect(string? header = null, string? content = null, byte[]? key = null) =>
        Gcm(header ?? Header("dir", "A256GCM", "dir"), [], key ?? Direct, content ?? TokenForge.ES256());

    public static JweParts OfCbc(string? header = null, string? content = null) =>
        Cbc(header ?? Header("dir", "A128CBC-HS256", "cbc"), [], DirectCbc, Encoding.ASCII.GetBytes(content ?? TokenForge.ES256()));

    public static JweParts OfRsa(Func<byte[], byte[]>? encrypt = null, byte[]? contentKey = null)
    {
        contentKey ??= RandomNumberGenerator.GetBytes(32);
        var encrypted = (encrypt ?? (key => EncryptRsa(key, RSAEncryptionPadding.OaepSHA256)))(contentKey);
        return Gcm(Header("RSA-OAEP-256", "A256GCM", "rsa"), encrypted, contentKey.Length is 16 or 32 ? contentKey : new byte[32], TokenForge.ES256());
    }

    public static byte[] EncryptRsa(byte[] key, RSAEncryptionPadding padding)
    {
        lock (Rsa)
            return Rsa.Encrypt(key, padding);
    }

    /// <summary>A token by ECDH-ES whose key is really agreed on, whatever the header then says of the sender's key.</summary>
    public static JweParts OfEcdh(Func<ECParameters, string> epk, string more = "")
    {
        var sender = NewKey(ECCurve.NamedCurves.nistP256);
        var header = Header("ECDH-ES", "A256GCM", "ec", $",\"epk\":{epk(sender)}{more}");
        return Gcm(header, [], Agree(sender, "A256GCM", 32), TokenForge.ES256());
    }

    public static string Epk(string curve, byte[] x, byte[] y, string more = "") =>
        $$"""{"kty":"EC","crv":"{{curve}}","x":"{{TokenForge.Base64Url(x)}}","y":"{{TokenForge.Base64Url(y)}}"{{more}}}""";

    public static JweParts Gcm(string header, byte[] encryptedKey, byte[] key, string content)
    {
        var encoded = TokenForge.Base64Url(header);
        var plaintext = Encoding.ASCII.GetBytes(content);
        var (nonce, ciphertext, tag) = (RandomNumberGenerator.GetBytes(12), new byte[plaintext.Length], new byte[16]);
        using var gcm = new AesGcm(key, 16);
        gcm.Encrypt(nonce, plaintext, ciphertext, tag, Encoding.ASCII.GetBytes(encoded));
        return new JweParts(encoded, encryptedKey, nonce, ciphertext, tag);
    }

    public static JweParts Cbc(string header, byte[] encryptedKey, byte[] key, byte[] plaintext, PaddingMode padding = PaddingMode.PKCS7)
    {
        var encoded = TokenForge.Base64Url(header);
        var nonce = RandomNumberGenerator.GetBytes(16);
        using var aes = Aes.Create();
        aes.SetKey(key.AsSpan(16));
        var ciphertext = aes.EncryptCbc(plaintext, nonce, padding);
        return new JweParts(encoded, encryptedKey, nonce, ciphertext, CbcTag(encoded, key, nonce, ciphertext));
    }

    public static byte[] CbcTag(string encodedHeader, byte[] key, byte[] nonce, byte[] ciphertext)
    {
        var bits = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bits, encodedHeader.Length * 8L);
        return HMACSHA256.HashData(key.AsSpan(0, 16), [.. Encoding.ASCII.GetBytes(encodedHeader), .. nonce, .. ciphertext, .. bits])[..16];
    }

    public static ECParameters NewKey(ECCurve curve)
    {
        using var key = ECDiffieHellman.Create(curve);
        return key.ExportParameters(true);
    }

    private static byte[] Agree(ECParameters sender, string name, int length)
    {
        using var own = ECDiffieHellman.Create(sender);
        using var other = ECDiffieHellman.Create(Ec);
        var secret = own.DeriveRawSecretAgreement(other.PublicKey);
        return SHA256.HashData([0, 0, 0, 1, .. secret, .. Number(name.Length), .. Encoding.ASCII.GetBytes(name), .. Number(0), .. Number(0), .. Number(8 * length)]);
    }

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
