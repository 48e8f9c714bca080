// Every key management mode, with every content encryption, obeys one contract: what comes back, what is refused, and how.
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Tests.Jwe;

public sealed class JweContractTests
{
    private static readonly byte[] Content = "what is encrypted"u8.ToArray();

    public static TheoryData<string> Modes => [.. SampleDecryptionKeys.Modes.Select(mode => $"{mode}")];

    [Fact]
    public void Both_tables_are_found_by_exact_name()
    {
        Assert.Equal(8, KeyManagementAlgorithm.All.Count);
        Assert.Equal(4, ContentEncryption.All.Count);
        Assert.Equal((5 + 3 * 3) * 4, Modes.Count);
        Assert.All(KeyManagementAlgorithm.All, row => Assert.True(KeyManagementAlgorithm.TryFind(row.Name, out var found) && found == row));
        Assert.All(ContentEncryption.All, row => Assert.True(ContentEncryption.TryFind(row.Name, out var found) && found == row));
        foreach (var name in new[] { null, "", "none", "DIR", "dir ", "RSA1_5", "RSA-OAEP-384", "A192KW", "A128GCMKW", "ECDH-ES+A192KW", "PBES2-HS256+A128KW", "A192GCM", "A192CBC-HS384", "a256gcm" })
            Assert.False(KeyManagementAlgorithm.TryFind(name, out _) || ContentEncryption.TryFind(name, out _));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_was_encrypted_comes_back(string mode)
    {
        using var key = Load(mode, out var encryption);
        var decrypter = new JweDecrypter([key], [encryption]);
        var encrypting = key.ToEncryptionKey();
        foreach (var length in Enumerable.Range(0, 49).Append(8192))
        {
            var content = RandomNumberGenerator.GetBytes(length);
            Assert.Equal(content, Decrypt(decrypter, JweEncrypter.Encrypt(encrypting, content, encryption, "x")));
        }
        Assert.NotEqual(JweEncrypter.Encrypt(encrypting, Content, encryption), JweEncrypter.Encrypt(encrypting, Content, encryption));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Header_names_algorithms_key_and_content(string mode)
    {
        using var key = Load(mode, out var encryption);
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, encryption, JweEncrypter.NestedToken).Split('.')[0]));
        Assert.Equal((key.Algorithm.Name, encryption.Name, "sample", "JWT"), (Text("alg"), Text("enc"), Text("kid"), Text("cty")));
        Assert.Equal(key.Algorithm.KeyType == "EC" ? 5 : 4, header.EnumerateObject().Count());
        if (key.Algorithm.KeyType == "EC")
            Assert.Equal(["kty", "crv", "x", "y"], header.GetProperty("epk").EnumerateObject().Select(member => member.Name));

        string? Text(string name) => header.GetProperty(name).GetString();
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Another_key_of_that_name_does_not_decrypt(string mode)
    {
        using var key = Load(mode, out var encryption);
        using var other = DecryptionKey.FromJwk(SampleDecryptionKeys.AnotherOf(SampleDecryptionKeys.Mode(mode)));
        Refuses(RejectionCode.DecryptionFailed, other, JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, encryption));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void No_part_can_be_altered(string mode)
    {
        using var key = Load(mode, out var encryption);
        var parts = Parts(JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, encryption));
        for (var part = 1; part < 5; part++)
        {
            var step = Math.Max(1, parts[part].Length / 8);
            for (var i = 0; i < parts[part].Length; i += step)
            {
                parts[part][i] ^= 0x40;
                Refuses(RejectionCode.DecryptionFailed, key, Join(parts));
                parts[part][i] ^= 0x40;
            }
        }
        // White space changes nothing in the header but its bytes, and they are authenticated.
        Refuses(RejectionCode.DecryptionFailed, key, Join([[.. parts[0][..^1], .. " }"u8], .. parts[1..]]));
        Assert.Equal(Content, Decrypt(new JweDecrypter([key]), Join(parts)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void No_part_may_be_shorter_or_longer(string mode)
    {
        using var key = Load(mode, out var encryption);
        var parts = Parts(JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, encryption));
        foreach (var part in new[] { 1, 2, 4 })
        {
            var good = parts[part];
            foreach (var length in Enumerable.Range(0, good.Length + 18).Where(length => length != good.Length && (part != 1 || length % 61 == 0 || Math.Abs(length - good.Length) < 18)))
            {
                var changed = new byte[length];
                good.AsSpan(0, Math.Min(length, good.Length)).CopyTo(changed);
                var rejection = Rejection(key, Join([.. parts[..part], changed, .. parts[(part + 1)..]]));
                Assert.Contains(rejection.Code, new[] { RejectionCode.DecryptionFailed, RejectionCode.Malformed });
            }
        }
        foreach (var content in new[] { [], parts[3][..^1], [.. parts[3], 0], [.. parts[3], .. new byte[16]] })
            Refuses(RejectionCode.DecryptionFailed, key, Join([.. parts[..3], content, parts[4]]));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_token_goes_to_the_key_it_names(string mode)
    {
        var sample = SampleDecryptionKeys.Mode(mode);
        using var old = DecryptionKey.FromJwk(Named(SampleDecryptionKeys.Of(sample), "old"));
        using var next = DecryptionKey.FromJwk(Named(SampleDecryptionKeys.AnotherOf(sample), "next"));
        var both = new JweDecrypter([next, old]);
        foreach (var key in new[] { old, next })
            Assert.Equal(Content, Decrypt(both, JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, sample.Encryption)));
        var forOld = JweEncrypter.Encrypt(old.ToEncryptionKey(), Content, sample.Encryption);
        Refuses(RejectionCode.UnknownKey, next, forOld);
        // A token that names no key is decrypted where one single key could be meant.
        var unnamed = JweEncrypter.Encrypt(EncryptionKey.FromJwk(Named(SampleDecryptionKeys.Of(sample), null)), Content, sample.Encryption);
        Assert.Equal(Content, Decrypt(new JweDecrypter([old]), unnamed));
        Assert.False(both.TryDecrypt(Encoding.ASCII.GetBytes(unnamed), out _, out var rejection));
        Assert.Equal(RejectionCode.UnknownKey, rejection.Code);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_key_serves_one_algorithm(string mode)
    {
        var sample = SampleDecryptionKeys.Mode(mode);
        using var key = SampleDecryptionKeys.Load(sample);
        foreach (var other in SampleDecryptionKeys.Modes.Where(other => other.Algorithm != sample.Algorithm && other.Encryption == sample.Encryption))
        {
            using var foreign = SampleDecryptionKeys.Load(other);
            Refuses(RejectionCode.AlgorithmMismatch, key, JweEncrypter.Encrypt(foreign.ToEncryptionKey(), Content, other.Encryption));
        }
        var token = Encoding.ASCII.GetBytes(JweEncrypter.Encrypt(key.ToEncryptionKey(), Content, sample.Encryption));
        var others = new JweDecrypter([key], [.. ContentEncryption.All.Where(other => other != sample.Encryption)]);
        Assert.False(others.TryDecrypt(token, out _, out var rejection));
        Assert.Equal((RejectionCode.AlgorithmMismatch, "enc"), (rejection.Code, rejection.Claim));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void One_key_encrypts_and_decrypts_on_two_threads_at_once(string mode)
    {
        using var key = Load(mode, out var encryption);
        var encrypting = key.ToEncryptionKey();
        var decrypter = new JweDecrypter([key]);
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, worker =>
        {
            for (var i = 0; i < 12; i++)
            {
                var content = Encoding.ASCII.GetBytes($"{worker} {i}");
                Assert.Equal(content, Decrypt(decrypter, JweEncrypter.Encrypt(encrypting, content, encryption)));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_key_that_was_disposed_of_is_of_no_use(string mode)
    {
        var key = Load(mode, out var encryption);
        var encrypting = key.ToEncryptionKey();
        var token = JweEncrypter.Encrypt(encrypting, Content, encryption);
        var unused = Load(mode, out _);
        foreach (var gone in new[] { key, unused })
        {
            gone.Dispose();
            Assert.Throws<ObjectDisposedException>(() => new JweDecrypter([gone]).TryDecrypt(Encoding.ASCII.GetBytes(token), out _, out _));
            Assert.Throws<ObjectDisposedException>(gone.ToPrivateJwk);
        }
        if (key.Algorithm.IsSymmetric)
            Assert.Throws<ObjectDisposedException>(() => JweEncrypter.Encrypt(encrypting, Content, encryption));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_key_written_and_read_is_the_same_key(string mode)
    {
        var key = Load(mode, out var encryption);
        var written = key.ToPrivateJwk();
        key.Dispose();
        using var again = DecryptionKey.FromJwk(Jwk.Parse(Json(written)));
        Assert.Equal((key.KeyId, key.Algorithm, key.Encryption), (again.KeyId, again.Algorithm, again.Encryption));
        using var third = SampleDecryptionKeys.Load(SampleDecryptionKeys.Mode(mode));
        Assert.Equal(Content, Decrypt(new JweDecrypter([again]), JweEncrypter.Encrypt(third.ToEncryptionKey(), Content, encryption)));
        Assert.Equal(Json(written), Json(third.ToPrivateJwk()));
    }

    private static DecryptionKey Load(string mode, out ContentEncryption encryption)
    {
        var found = SampleDecryptionKeys.Mode(mode);
        encryption = found.Encryption;
        return SampleDecryptionKeys.Load(found);
    }

    private static Jwk Named(Jwk jwk, string? keyId) => jwk.Described(keyId, jwk.Algorithm!, "enc", withPrivate: true);

    private static byte[] Json(Jwk jwk)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            jwk.WritePrivateTo(writer);
        return json.WrittenSpan.ToArray();
    }

    private static byte[] Decrypt(JweDecrypter decrypter, string token)
    {
        Assert.True(decrypter.TryDecrypt(Encoding.ASCII.GetBytes(token), out var content, out var rejection), $"{rejection}");
        return content;
    }

    private static void Refuses(string code, DecryptionKey key, string token) => Assert.Equal(code, Rejection(key, token).Code);

    private static Rejection Rejection(DecryptionKey key, string token)
    {
        Assert.False(new JweDecrypter([key]).TryDecrypt(Encoding.ASCII.GetBytes(token), out var content, out var rejection));
        Assert.Null(content);
        return rejection;
    }

    private static byte[][] Parts(string token) => [.. token.Split('.').Select(part => Base64Url.DecodeFromChars(part))];

    private static string Join(byte[][] parts) => string.Join('.', parts.Select(part => Base64Url.EncodeToString(part)));
}
