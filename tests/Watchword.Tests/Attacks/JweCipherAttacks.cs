// SECURITY.md item 13: tags, nonces, padding and encrypted keys (RFC 7516 §11.4, §11.5; RFC 7518 §8.3; Vaudenay, Bleichenbacher, Manger).
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Watchword.Jwe;

namespace Watchword.Tests.Attacks;

public sealed class JweCipherAttacks
{
    private static readonly JweTarget Target = new();
    private static readonly JweDecrypter Decrypter = new(JweForge.Keys);

    [Fact]
    public void A_tag_of_another_length_is_refused()
    {
        foreach (var token in new[] { JweForge.OfDirect(), JweForge.OfCbc(), JweForge.OfRsa() })
        {
            foreach (var length in Enumerable.Range(0, 33).Where(length => length != 16))
                Target.CannotDecrypt($"{token with { Tag = [.. token.Tag.Concat(new byte[16]).Take(length)] }}");
        }
    }

    [Fact]
    public void A_tag_that_was_really_made_shorter_is_refused()
    {
        // The platform makes GCM tags of 12 to 15 bytes too; they are right for their length.
        for (var length = 12; length < 16; length++)
        {
            var token = JweForge.OfDirect();
            var tag = new byte[length];
            using var gcm = new AesGcm(JweForge.Direct, length);
            gcm.Encrypt(token.Nonce, Encoding.ASCII.GetBytes(TokenForge.ES256()), token.Ciphertext, tag, Encoding.ASCII.GetBytes(token.Header));
            Target.CannotDecrypt($"{token with { Tag = tag }}");
        }
    }

    [Fact]
    public void A_tag_of_the_whole_hash_is_refused()
    {
        var token = JweForge.OfCbc();
        var bits = new byte[8];
        BitConverter.TryWriteBytes(bits, (long)token.Header.Length * 8);
        Array.Reverse(bits);
        byte[] whole = HMACSHA256.HashData(JweForge.DirectCbc.AsSpan(0, 16), [.. Encoding.ASCII.GetBytes(token.Header), .. token.Nonce, .. token.Ciphertext, .. bits]);
        Assert.Equal(token.Tag, whole[..16]);
        Target.CannotDecrypt($"{token with { Tag = whole }}");
    }

    [Fact]
    public void A_nonce_of_another_length_is_refused()
    {
        foreach (var token in new[] { JweForge.OfDirect(), JweForge.OfCbc() })
        {
            foreach (var length in Enumerable.Range(0, 33).Where(length => length != token.Nonce.Length))
                Target.CannotDecrypt($"{token with { Nonce = [.. token.Nonce.Concat(new byte[32]).Take(length)] }}");
            Target.Refuses(RejectionCode.Malformed, $"{token with { Nonce = new byte[33] }}");
        }
    }

    [Fact]
    public void Parts_of_two_tokens_do_not_mix()
    {
        Func<JweParts>[] makers = [() => JweForge.OfDirect(), () => JweForge.OfCbc(), () => JweForge.OfRsa(), () => JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!))];
        foreach (var (first, second) in from one in makers from other in makers select (one().ToString().Split('.'), other().ToString().Split('.')))
        {
            for (var mask = 1; mask < 31; mask++)
            {
                var mixed = string.Join('.', Enumerable.Range(0, 5).Select(i => (mask >> i & 1) == 0 ? first[i] : second[i]));
                if (mixed != string.Join('.', first) && mixed != string.Join('.', second))
                    Assert.Contains(Rejection(mixed).Code, new[] { RejectionCode.DecryptionFailed, RejectionCode.Malformed });
            }
        }
    }

    [Fact]
    public void Padding_tells_nothing()
    {
        var token = JweForge.OfCbc();
        // The tag covers everything, so that no alteration comes as far as the padding.
        for (var value = 1; value < 256; value += 5)
        {
            byte[] altered = [.. token.Ciphertext];
            altered[^17] ^= (byte)value;
            Target.CannotDecrypt($"{token with { Ciphertext = altered }}");
            byte[] nonce = [.. token.Nonce];
            nonce[15] ^= (byte)value;
            Target.CannotDecrypt($"{token with { Nonce = nonce }}");
        }
        foreach (var length in new[] { 0, 1, 15, 17, token.Ciphertext.Length - 16, token.Ciphertext.Length + 16 })
            Target.CannotDecrypt($"{token with { Ciphertext = [.. token.Ciphertext.Concat(new byte[16]).Take(length)] }}");
    }

    [Fact]
    public void Wrong_padding_under_the_right_tag_is_refused_in_the_same_words()
    {
        foreach (var last in new byte[] { 0, 2, 17, 128, 255 })
        {
            byte[] plaintext = [.. new byte[31], last];
            Target.CannotDecrypt($"{JweForge.Cbc(JweForge.Header("dir", "A128CBC-HS256", "cbc"), [], JweForge.DirectCbc, plaintext, PaddingMode.None)}");
        }
        // Empty and broken ciphertexts whose tag is right.
        var header = TokenForge.Base64Url(JweForge.Header("dir", "A128CBC-HS256", "cbc"));
        foreach (var length in new[] { 0, 1, 15, 17 })
        {
            var (nonce, ciphertext) = (new byte[16], new byte[length]);
            Target.CannotDecrypt($"{new JweParts(header, [], nonce, ciphertext, JweForge.CbcTag(header, JweForge.DirectCbc, nonce, ciphertext))}");
        }
    }

    [Fact]
    public void Where_nothing_is_encrypted_between_the_keys_there_is_no_encrypted_key()
    {
        foreach (var token in new[] { JweForge.OfDirect(), JweForge.OfCbc(), JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!)) })
        {
            foreach (var length in new[] { 1, 16, 32, 40, 256, 1025 })
                Target.Refuses(RejectionCode.Malformed, $"{token with { EncryptedKey = new byte[length] }}");
        }
    }

    [Fact]
    public void RSA_ciphertexts_of_another_padding_are_refused()
    {
        foreach (var padding in new[] { RSAEncryptionPadding.Pkcs1, RSAEncryptionPadding.OaepSHA1, RSAEncryptionPadding.OaepSHA384, RSAEncryptionPadding.OaepSHA512 })
            Target.CannotDecrypt($"{JweForge.OfRsa(key => JweForge.EncryptRsa(key, padding))}");
    }

    [Fact]
    public void RSA_blocks_that_ask_an_oracle_are_refused()
    {
        var modulus = Number(JweForge.Rsa.ExportParameters(false).Modulus!);
        var random = Number(RandomNumberGenerator.GetBytes(255));
        BigInteger[] blocks =
        [
            // Bleichenbacher: begins with 00 02, with and without an end of the padding; Manger: the first byte is not zero.
            Number([0, 2, .. Enumerable.Repeat((byte)0xff, 221), 0, .. new byte[32]]),
            Number([0, 2, .. Enumerable.Repeat((byte)0xff, 254)]),
            Number([0, 1, .. Enumerable.Repeat((byte)0xff, 221), 0, .. new byte[32]]),
            Number([1, .. new byte[255]]),
            Number([0, 1, .. new byte[254]]),
            random,
            modulus - 1,
            BigInteger.One,
            BigInteger.Zero,
        ];
        foreach (var block in blocks)
            Target.CannotDecrypt($"{JweForge.OfRsa(_ => Bytes(BigInteger.ModPow(block, 65537, modulus), 256))}");
        foreach (var raw in new[] { modulus, modulus + 1, (BigInteger.One << 2048) - 1 })
            Target.CannotDecrypt($"{JweForge.OfRsa(_ => Bytes(raw, 256))}");
    }

    [Fact]
    public void RSA_ciphertexts_of_another_length_are_refused()
    {
        foreach (var length in new[] { 0, 1, 255, 257, 512, 1024 })
            Target.CannotDecrypt($"{JweForge.OfRsa(key => [.. JweForge.EncryptRsa(key, RSAEncryptionPadding.OaepSHA256).Concat(new byte[1024]).Take(length)])}");
        // A number of fewer bytes, with the zero octets in front left out: the length is the modulus's (RFC 8017 §7.1.2).
        Target.CannotDecrypt($"{JweForge.OfRsa(key => [0, .. JweForge.EncryptRsa(key, RSAEncryptionPadding.OaepSHA256)])}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_content_key_of_another_length_is_refused(int length) =>
        Target.CannotDecrypt($"{JweForge.OfRsa(contentKey: new byte[length])}");

    [Fact]
    public void Wrapped_keys_that_were_made_otherwise_are_refused()
    {
        var header = JweForge.Header("A128KW", "A256GCM", "kw");
        var key = RandomNumberGenerator.GetBytes(32);
        Target.Accepts($"{JweForge.Gcm(header, Wrap(key), key, TokenForge.ES256())}");
        using var aes = Aes.Create();
        aes.SetKey(JweForge.Wrapping);
        using var other = new AesKeyWrap(RandomNumberGenerator.GetBytes(16));
        var byOther = new byte[40];
        other.Wrap(key, byOther);
        byte[][] wrong = [aes.EncryptKeyWrapPadded(key), aes.EncryptEcb(key, PaddingMode.None), aes.EncryptEcb(key, PaddingMode.PKCS7), [.. key, .. new byte[8]], byOther, Wrap(key)[8..], [.. Wrap(key), .. new byte[8]], new byte[40], [], Wrap(key[..16]), Wrap(key[..24])];
        foreach (var wrapped in wrong)
            Target.CannotDecrypt($"{JweForge.Gcm(header, wrapped, key, TokenForge.ES256())}");
    }

    [Fact]
    public void A_shared_key_of_one_purpose_is_not_used_for_another()
    {
        // The same bytes as dir and as a key that wraps: by the name of the other, the algorithm does not fit.
        foreach (var (alg, enc, kid) in new[] { ("A128KW", "A256GCM", "dir"), ("dir", "A128GCM", "kw"), ("A256KW", "A256GCM", "dir"), ("dir", "A256GCM", "cbc"), ("dir", "A128CBC-HS256", "dir"), ("RSA-OAEP", "A256GCM", "rsa"), ("ECDH-ES+A128KW", "A256GCM", "ec") })
        {
            var more = alg.StartsWith("ECDH", StringComparison.Ordinal) ? $",\"epk\":{JweForge.Epk("P-256", JweForge.Ec.Q.X!, JweForge.Ec.Q.Y!)}" : "";
            Target.Refuses(RejectionCode.AlgorithmMismatch, $"{JweForge.OfDirect(JweForge.Header(alg, enc, kid, more))}");
        }
    }

    private static byte[] Wrap(byte[] key)
    {
        using var wrap = new AesKeyWrap(JweForge.Wrapping);
        var wrapped = new byte[key.Length + 8];
        wrap.Wrap(key, wrapped);
        return wrapped;
    }

    private static Rejection Rejection(string token)
    {
        Assert.False(Decrypter.TryDecrypt(Encoding.ASCII.GetBytes(token), out _, out var rejection));
        return rejection;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
