// Every algorithm of the table obeys one contract: sign, verify, write, read, export, import, refuse.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Keys;

public sealed class AlgorithmContractTests
{
    private static readonly byte[] Data = "what is signed"u8.ToArray();

    public static TheoryData<string> Names => [.. SignatureAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static TheoryData<string> Asymmetric => [.. SignatureAlgorithm.All.Where(algorithm => !algorithm.IsSymmetric).Select(algorithm => algorithm.Name)];

    [Fact]
    public void The_table_holds_thirteen_algorithms_found_by_exact_name()
    {
        Assert.Equal(13, SignatureAlgorithm.All.Count);
        Assert.All(SignatureAlgorithm.All, algorithm => Assert.Same(algorithm, Find(algorithm.Name)));
        foreach (var name in new[] { null, "", "none", "es256", "ES256 ", "ES256K", "EDDSA", "ed25519" })
            Assert.False(SignatureAlgorithm.TryFind(name, out _));
        Assert.Equal(["oct", "RSA", "EC", "OKP"], SignatureAlgorithm.All.Select(algorithm => algorithm.KeyType).Distinct());
        Assert.Equal("PS384", $"{SignatureAlgorithm.PS384}");
        Assert.Same(SignatureAlgorithm.EdDSA, Find("Ed25519"));
        Assert.All(SignatureAlgorithm.All, algorithm => Assert.Null(algorithm.MissingPackage));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_key_signs_its_other_half_verifies(string name)
    {
        var key = SampleKeys.Of(name);
        var signature = Sign(key);
        var verifier = key.ToVerificationKey();
        Assert.Equal((key.Algorithm, key.KeyId), (verifier.Algorithm, verifier.KeyId));
        Assert.True(verifier.Verify(Data, signature));
        Assert.False(verifier.Verify(Data.AsSpan(1), signature));
        for (var i = 0; i < signature.Length; i += 7)
        {
            signature[i] ^= 1;
            Assert.False(verifier.Verify(Data, signature));
            signature[i] ^= 1;
        }
        foreach (var wrong in new[] { [], signature[1..], signature[..^1], [.. signature, 0], new byte[signature.Length], new byte[4096] })
            Assert.False(verifier.Verify(Data, wrong));
        var other = SampleKeys.AnotherOf(name);
        Assert.False(other.ToVerificationKey().Verify(Data, signature));
    }

    [Theory]
    [InlineData("RS256", 3072)]
    [InlineData("PS512", 3072)]
    public void A_generated_RSA_key_has_3072_bits(string name, int bits)
    {
        using var key = SigningKey.Generate(Find(name));
        Assert.Equal(bits / 8, key.SignatureLength);
        Assert.True(key.ToVerificationKey().Verify(Data, Sign(key)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_exported_and_imported_is_the_same_key(string name)
    {
        var key = SampleKeys.Of(name);
        using var again = SigningKey.Import(Find(name), key.ExportPrivateKey(), "a kid");
        Assert.Equal("a kid", again.KeyId);
        Assert.Equal(key.ExportPrivateKey(), again.ExportPrivateKey());
        Assert.True(key.ToVerificationKey().Verify(Data, Sign(again)));
        Assert.True(again.ToVerificationKey().Verify(Data, Sign(key)));
        Assert.Throws<InvalidKeyException>(() => SigningKey.Import(Find(name), key.ExportPrivateKey().AsSpan(0, 20)));
    }

    [Theory]
    [MemberData(nameof(Asymmetric))]
    public void A_published_key_reads_back_and_has_no_private_member(string name)
    {
        var key = SampleKeys.Of(name);
        var json = new KeySet([key.ToVerificationKey()]).ToJson();
        var text = Encoding.UTF8.GetString(json);
        foreach (var member in new[] { "d", "p", "q", "dp", "dq", "qi", "k" })
            Assert.DoesNotContain($"\"{member}\"", text, StringComparison.Ordinal);
        Assert.Contains($"\"use\":\"sig\",\"alg\":\"{name}\",\"kid\":\"{key.KeyId}\"", text, StringComparison.Ordinal);
        var read = Assert.Single(KeySet.Parse(json).Keys);
        Assert.Equal((key.Algorithm, key.KeyId), (read.Algorithm, read.KeyId));
        Assert.True(read.Verify(Data, Sign(key)));
        Assert.Equal(json, new KeySet([read]).ToJson());
    }

    [Theory]
    [MemberData(nameof(Asymmetric))]
    public void By_default_the_kid_is_the_thumbprint_and_belongs_to_the_key(string name)
    {
        var key = SampleKeys.Of(name);
        Assert.Equal(key.ToVerificationKey().ToJwk().Thumbprint(), key.KeyId);
        using var again = SigningKey.Import(Find(name), key.ExportPrivateKey());
        Assert.Equal(key.KeyId, again.KeyId);
        var other = SampleKeys.AnotherOf(name);
        Assert.NotEqual(key.KeyId, other.KeyId);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_key_verifies_what_another_algorithm_signed(string name)
    {
        using var key = SigningKey.Import(Find(name), SampleKeys.Of(name).ExportPrivateKey(), "one kid");
        var token = JwtSigner.Sign(key, Data);
        foreach (var other in SignatureAlgorithm.All.Where(other => other.Name != name && other.KeyType == key.Algorithm.KeyType && other.KeyType != "EC"))
        {
            using var sibling = SigningKey.Import(other, LongEnough(key), "one kid");
            Assert.False(sibling.ToVerificationKey().Verify(Data, Sign(key)));
            var rejected = !new JwsVerifier(new KeySet([sibling.ToVerificationKey()])).TryVerify(Encoding.ASCII.GetBytes(token), out _, out var rejection);
            Assert.True(rejected);
            Assert.Equal(RejectionCode.AlgorithmMismatch, rejection!.Code);
        }
        foreach (var other in SignatureAlgorithm.All.Where(other => other.KeyType != key.Algorithm.KeyType && other.KeyType != "oct"))
            Assert.Throws<InvalidKeyException>(() => SigningKey.Import(other, key.ExportPrivateKey()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_key_signs_and_verifies_on_several_threads_at_once(string name)
    {
        var key = SampleKeys.Of(name);
        var verifier = key.ToVerificationKey();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, worker =>
        {
            for (var i = 0; i < 25; i++)
            {
                var data = Encoding.ASCII.GetBytes($"{worker} {i}");
                var signature = new byte[key.SignatureLength];
                key.Sign(data, signature);
                Assert.True(verifier.Verify(data, signature));
                Assert.False(verifier.Verify(Data, signature));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_key_that_was_disposed_of_neither_signs_nor_verifies(string name)
    {
        var key = SigningKey.Import(Find(name), SampleKeys.Of(name).ExportPrivateKey());
        var used = SigningKey.Import(Find(name), key.ExportPrivateKey());
        Sign(used);
        var shared = used.ToVerificationKey();
        foreach (var gone in new[] { key, used })
        {
            gone.Dispose();
            Assert.ThrowsAny<Exception>(() => Sign(gone));
        }
        if (!used.Algorithm.IsSymmetric)
            return;
        // The secret is wiped: a verifier that went on would take signatures keyed with zeros.
        using var zeros = SigningKey.Import(used.Algorithm, new byte[64]);
        Assert.Throws<ObjectDisposedException>(() => shared.Verify(Data, Sign(zeros)));
        key.Dispose();
    }

    private static byte[] LongEnough(SigningKey key) => key.Algorithm.IsSymmetric ? [.. key.ExportPrivateKey(), .. new byte[64]] : key.ExportPrivateKey();

    private static byte[] Sign(SigningKey key)
    {
        var signature = new byte[key.SignatureLength];
        key.Sign(Data, signature);
        return signature;
    }

    private static SignatureAlgorithm Find(string name) => SampleKeys.Find(name);
}
