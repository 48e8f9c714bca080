// The keys to decrypt with are checked when the host starts: what is wrong with them, and who else can read them (SECURITY.md item 37).
using Watchword.Encodings;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

public sealed class DecryptionSettingsTests : IDisposable
{
    private const string Setting = "Authentication:Schemes:Watchword:DecryptionKeyFiles";
    private readonly TempFolder _folder = new();
    private readonly DecryptionKey _key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, "first");

    [Theory]
    [InlineData("", "must name one file, or two")]
    [InlineData("/nowhere/key", "names '/nowhere/key', which cannot be read")]
    [InlineData("/dev/zero", "which is larger than 16384 bytes")]
    [InlineData("/dev/null /dev/null /dev/null", "must name one file, or two")]
    public async Task File_that_cannot_be_read_stops_the_start(string files, string expected) => Assert.Contains(expected, await FaultAsync(files));

    [Theory]
    [InlineData("", "not a JSON object")]
    [InlineData("-----BEGIN PRIVATE KEY-----", "not a JSON object")]
    [InlineData("""{"keys":[]}""", "has no kty")]
    [InlineData("""{"kty":"OKP","crv":"X25519","d":"AAAA"}""", "holds no usable key")]
    [InlineData("""{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}""", "names no algorithm")]
    [InlineData("""{"kty":"oct","alg":"A128KW","k":"AAAA"}""", "holds no usable key")]
    [InlineData("""{"kty":"oct","alg":"PBES2-HS256+A128KW","k":"AAAAAAAAAAAAAAAAAAAAAA"}""", "not supported")]
    public async Task File_without_a_usable_key_stops_the_start(string json, string expected)
    {
        var path = _folder.WriteSecret("key", json);
        var fault = await FaultAsync(path);
        Assert.Contains(path, fault);
        Assert.Contains(expected, fault);
    }

    [Fact]
    public async Task Key_for_another_purpose_stops_the_start()
    {
        var json = KeyFile.Json(_key.ToPrivateJwk());
        Assert.Contains("not for encryption", await FaultAsync(_folder.WriteSecret("sig", json.Replace("\"enc\"", "\"sig\"", StringComparison.Ordinal))));
        Assert.Contains("not supported", await FaultAsync(_folder.WriteSecret("alg", json.Replace("ECDH-ES", "ES256", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Public_key_stops_the_start_and_the_private_one_is_asked_for()
    {
        var json = KeyFile.Json(_key.ToEncryptionKey().ToJwk());
        Assert.Contains("holds a public key: give the file with the private one", await FaultAsync(_folder.WriteSecret("public", json)));
    }

    [Fact]
    public async Task Weak_or_mixed_up_key_stops_the_start_and_is_not_repeated()
    {
        using var other = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, "other");
        var (mine, theirs) = (_key.ToPrivateJwk(), other.ToPrivateJwk());
        var mixed = new Jwk { KeyType = "EC", Curve = mine.Curve, X = mine.X, Y = mine.Y, D = theirs.D };
        var fault = await FaultAsync(_folder.WriteSecret("mixed", KeyFile.Json(mixed)));
        Assert.Contains("do not fit each other", fault);
        Assert.DoesNotContain(Base64UrlText.Encode(theirs.D!), fault);

        using var rsa = System.Security.Cryptography.RSA.Create(1024);
        var numbers = rsa.ExportParameters(true);
        var weak = new Jwk { KeyType = "RSA", N = numbers.Modulus, E = numbers.Exponent, D = numbers.D, P = numbers.P, Q = numbers.Q };
        Assert.Contains("holds no usable key", await FaultAsync(_folder.WriteSecret("weak", KeyFile.Json(weak))));
    }

    [Fact]
    public async Task Two_keys_of_one_name_or_without_names_stop_the_start()
    {
        using var twin = DecryptionKey.Generate(KeyManagementAlgorithm.RsaOaep256, "first");
        var first = _folder.Write("first", _key);
        var nameless = _folder.WriteSecret("nameless", """{"kty":"oct","alg":"dir","k":"AAAAAAAAAAAAAAAAAAAAAA"}""");
        foreach (var second in new[] { first, _folder.Write("twin", twin), nameless })
            Assert.Contains("cannot tell apart", await FaultAsync($"{first} {second}"));
        Assert.Empty(await FaultsAsync(new() { ["DecryptionKeyFiles"] = nameless }));
    }

    [Fact]
    public async Task Path_in_a_list_may_have_spaces()
    {
        var path = _folder.Write("my key", _key);
        Assert.Empty(await FaultsAsync(new() { ["DecryptionKeyFiles:0"] = path }));
        Assert.NotEmpty(await FaultsAsync(new() { ["DecryptionKeyFiles"] = path }));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task Secret_that_is_open_to_others_stops_the_start(UnixFileMode open)
    {
        var mode = open | UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var key = _folder.WriteSecret("key", KeyFile.Json(_key.ToPrivateJwk()), mode);
        Assert.Contains($"is open to other users: run chmod 600 '{key}'", await FaultAsync(key));
        var secret = _folder.WriteSecret("secret", SharedSecret.Generate().Reveal(), mode);
        Assert.Contains("is open to other users", Assert.Single(await FaultsAsync(new() { ["SharedSecretFile"] = secret })));
    }

    [Fact]
    public async Task Group_may_read_a_key_that_was_handed_to_it()
    {
        var key = _folder.WriteSecret("key", KeyFile.Json(_key.ToPrivateJwk()), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Empty(await FaultsAsync(new() { ["DecryptionKeyFiles"] = key }));
    }

    [Theory]
    [InlineData("true", "needs a key to decrypt with: set DecryptionKeyFiles")]
    [InlineData("yes", "is neither true nor false")]
    [InlineData("", "is neither true nor false")]
    public async Task RequireEncryption_is_true_or_false_and_needs_a_key(string value, string expected)
    {
        var fault = Assert.Single(await FaultsAsync(new() { ["RequireEncryption"] = value }));
        Assert.StartsWith("Authentication:Schemes:Watchword:RequireEncryption ", fault);
        Assert.Contains(expected, fault);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    private static async Task<string> FaultAsync(string files)
    {
        var fault = Assert.Single(await FaultsAsync(new() { ["DecryptionKeyFiles"] = files }));
        Assert.StartsWith(Setting + " ", fault);
        Assert.EndsWith(".", fault);
        return fault;
    }

    private static Task<string[]> FaultsAsync(Dictionary<string, string?> settings) => SettingsTests.FaultsAsync(new(settings)
    {
        ["Issuer"] = "https://issuer.example",
        ["Audience"] = "https://billing",
    });
}
