// RFC 3394 §4, RFC 7516 appendix A, RFC 7517 appendix A, RFC 7518 appendices B and C, RFC 7520 §5 and §6 through the engine.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Vectors;

public sealed class JweVectorTests
{
    public static TheoryData<string> Good => [.. JweVectors.All.SelectMany(file => file.Good).Select(vector => vector.Source)];

    public static TheoryData<string> Refused => [.. JweVectors.All.SelectMany(file => file.Refused).Select(vector => vector.Source)];

    [Fact]
    public void There_are_seven_encrypted_examples_and_seven_to_refuse()
    {
        Assert.Equal(7, Good.Count);
        Assert.Equal(7, Refused.Count);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void An_example_is_decrypted(string source)
    {
        var vector = Find(source);
        using var key = Load(vector.Key, vector.Alg);
        Assert.True(new JweDecrypter([key]).TryDecrypt(Ascii(vector.Token), out var content, out var rejection), $"{rejection}");
        Assert.Equal(vector.Plaintext, Encoding.UTF8.GetString(content));
        Assert.True(ContentEncryption.TryFind(vector.Enc, out var encryption));
        Assert.True(new JweDecrypter([key], [encryption]).TryDecrypt(Ascii(vector.Token), out _, out _));
        Assert.False(new JweDecrypter([key], [.. ContentEncryption.All.Where(other => other != encryption)]).TryDecrypt(Ascii(vector.Token), out _, out rejection));
        Assert.Equal(RejectionCode.AlgorithmMismatch, rejection.Code);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void An_example_is_refused_by_another_key_and_with_another_content(string source)
    {
        var vector = Find(source);
        using var key = Load(vector.Key, vector.Alg);
        using var other = DecryptionKey.Generate(key.Algorithm, key.KeyId, key.Encryption);
        Refuses(RejectionCode.DecryptionFailed, other, vector.Token);
        var parts = vector.Token.Split('.');
        Refuses(RejectionCode.DecryptionFailed, key, $"{parts[0]}.{parts[1]}.{parts[2]}.AAAA{parts[3][4..]}.{parts[4]}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_example_that_is_not_supported_is_refused(string source)
    {
        var vector = JweVectors.All.SelectMany(file => file.Refused).Single(found => found.Source == source);
        DecryptionKey[] keys = [.. Good.Select(good => Find(good)).Select(good => Load(good.Key, good.Alg))];
        Assert.False(new JweDecrypter(keys).TryDecrypt(Ascii(vector.Token), out var content, out var rejection));
        Assert.Null(content);
        Assert.Equal(vector.Code, rejection.Code);
    }

    [Fact]
    public void The_nested_example_is_decrypted_and_its_signature_is_good()
    {
        var vector = VectorFile.Read<NestedVector>("rfc7520-section-6.json");
        using var key = Load(vector.Key, vector.Alg);
        Assert.True(new JweDecrypter([key]).TryDecrypt(Ascii(vector.Token), out var signed, out var rejection), $"{rejection}");
        Assert.True(SignatureAlgorithm.TryFind(vector.SigningAlgorithm, out var algorithm));
        var verifier = new JwsVerifier(new KeySet([VerificationKey.FromJwk(Parse(vector.SigningKey), algorithm)]));
        Assert.True(verifier.TryVerify(signed, out var claims, out rejection), $"{rejection}");
        Assert.Equal(vector.Claims, Encoding.UTF8.GetString(claims));
    }

    [Fact]
    public void The_content_encryptions_make_what_the_standard_says()
    {
        var vectors = VectorFile.Read<ContentVectors>("rfc7518-appendix-b.json");
        foreach (var vector in vectors.Good)
        {
            Assert.True(ContentEncryption.TryFind(vector.Enc, out var encryption));
            using var cipher = encryption.Create(Hex(vector.Key));
            var (plaintext, nonce, header) = (Hex(vector.Plaintext), Hex(vector.Nonce), Hex(vector.Header));
            var content = new byte[encryption.CiphertextLength(plaintext.Length)];
            var tag = new byte[encryption.TagLength];
            cipher.Encrypt(nonce, plaintext, content, tag, header);
            Assert.Equal(vector.Ciphertext, Convert.ToHexStringLower(content));
            Assert.Equal(vector.Tag, Convert.ToHexStringLower(tag));
            Assert.True(cipher.TryDecrypt(nonce, content, tag, header, out var length));
            Assert.Equal(plaintext, content[..length]);
        }
        Assert.All(vectors.Unsupported, vector => Assert.False(ContentEncryption.TryFind(vector.Enc, out _)));
    }

    [Fact]
    public void The_key_agreement_derives_what_the_standard_says()
    {
        var vector = VectorFile.Read<AgreementVector>("rfc7518-appendix-c.json");
        var key = new byte[16];
        ConcatKdf.Derive(Bytes(vector.Secret), vector.Enc, Bytes(vector.PartyU), Bytes(vector.PartyV), key);
        Assert.Equal(vector.Derived, Base64Url.EncodeToString(key));
        // The whole way: a token of ours by hand, whose header has the example's epk, apu and apv.
        var epk = Parse(vector.Ephemeral);
        var sender = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(epk.X)}}","y":"{{Base64Url.EncodeToString(epk.Y)}}"}""";
        var header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
            $$"""{"alg":"ECDH-ES","enc":"{{vector.Enc}}","apu":"{{vector.PartyU}}","apv":"{{vector.PartyV}}","epk":{{sender}} }"""));
        var (nonce, content, tag) = (new byte[12], new byte[5], new byte[16]);
        using (var gcm = new AesGcm(key, 16))
            gcm.Encrypt(nonce, "Hello"u8, content, tag, Encoding.ASCII.GetBytes(header));
        using var recipient = Load(vector.Recipient, "ECDH-ES");
        var token = $"{header}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(tag)}";
        Assert.True(new JweDecrypter([recipient]).TryDecrypt(Ascii(token), out var plaintext, out var rejection), $"{rejection}");
        Assert.Equal("Hello"u8, plaintext);
    }

    [Fact]
    public void Keys_are_wrapped_as_the_standard_says()
    {
        foreach (var vector in VectorFile.Read<WrapVector[]>("rfc3394-section-4.json"))
        {
            using var wrap = new AesKeyWrap(Hex(vector.Wrapper));
            var (key, wrapped) = (Hex(vector.Key), new byte[vector.Wrapped.Length / 2]);
            wrap.Wrap(key, wrapped);
            Assert.Equal(vector.Wrapped, Convert.ToHexStringLower(wrapped));
            var unwrapped = new byte[key.Length];
            Assert.True(wrap.TryUnwrap(wrapped, unwrapped));
            Assert.Equal(key, unwrapped);
            for (var i = 0; i < wrapped.Length; i++)
            {
                wrapped[i] ^= 0x10;
                Assert.False(wrap.TryUnwrap(wrapped, unwrapped));
                wrapped[i] ^= 0x10;
            }
        }
    }

    [Fact]
    public void Of_the_example_key_sets_the_keys_for_encryption_are_taken()
    {
        var sets = VectorFile.Read<KeySetVectors>("rfc7517-appendix-a.json").Sets.ToDictionary(vector => vector.Source, vector => vector.Set);
        var (own, shared) = (sets["RFC 7517 A.2"].GetProperty("keys"), sets["RFC 7517 A.3"].GetProperty("keys"));
        var key = Assert.Single(EncryptionKeySet.Parse(Encoding.ASCII.GetBytes(sets["RFC 7517 A.1"].GetRawText())).Keys);
        Assert.Equal(("1", KeyManagementAlgorithm.EcdhEs), (key.KeyId, key.Algorithm));
        using var half = Load(own[0], null);
        Assert.True(new JweDecrypter([half]).TryDecrypt(Ascii(JweEncrypter.Encrypt(key, "a"u8)), out _, out _));
        Assert.Throws<InvalidKeyException>(() => Load(own[1], null));
        using var wrap = Load(shared[0], null);
        Assert.Equal(KeyManagementAlgorithm.A128KW, wrap.Algorithm);
        Assert.Throws<InvalidKeyException>(() => Load(shared[1], null));
        using var direct = Load(shared[1], "dir");
        Assert.Equal(ContentEncryption.A256CbcHs512, direct.Encryption);
    }

    private static void Refuses(string code, DecryptionKey key, string token)
    {
        Assert.False(new JweDecrypter([key]).TryDecrypt(Ascii(token), out var content, out var rejection));
        Assert.Null(content);
        Assert.Equal(code, rejection.Code);
    }

    private static JweVector Find(string source) => JweVectors.All.SelectMany(file => file.Good).Single(found => found.Source == source);

    private static DecryptionKey Load(JsonElement key, string? algorithm)
    {
        KeyManagementAlgorithm.TryFind(algorithm, out var found);
        return DecryptionKey.FromJwk(Parse(key), found);
    }

    private static Jwk Parse(JsonElement key) => Jwk.Parse(Encoding.UTF8.GetBytes(key.GetRawText()));

    private static byte[] Ascii(string token) => Encoding.ASCII.GetBytes(token);

    private static byte[] Hex(string text) => Convert.FromHexString(text);

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
