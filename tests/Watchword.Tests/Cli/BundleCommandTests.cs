// Trust bundles at a prompt: made, signed, shown, checked and compared, and refused where a target would refuse them.
using System.Text;
using System.Text.Json;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Cli;

public sealed class BundleCommandTests : IDisposable
{
    private const string Orders = "https://orders.internal";
    private const string Billing = "https://billing.internal";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bundle_is_made_signed_and_verified()
    {
        var bundle = await CreateAsync("bundle.json", "--issuer", Orders, "--issuer", Billing, "--scope", "invoices:read");
        var (secret, shown) = await KeyAsync("ES256", "key");
        var signed = await CliRun.OfAsync("bundle", "sign", bundle, "--key", secret);
        Assert.Equal(0, signed.ExitCode);
        Assert.Contains("serial 1", signed.Error, StringComparison.Ordinal);

        var good = await CliRun.OfAsync("bundle", "verify", _folder.Write("bundle.jwt", signed.Output), "--key", shown, "--serial", "1");
        Assert.True(good.ExitCode == 0, good.Error);
        Assert.Matches("signature +good, by ", good.Output);
        Assert.Matches($"{Orders} +from its metadata +itself +invoices:read", good.Output);
    }

    [Fact]
    public async Task What_a_target_would_refuse_is_refused()
    {
        var bundle = await CreateAsync("bundle.json", "--issuer", Orders);
        var (secret, shown) = await KeyAsync("ES384", "key");
        var (_, other) = await KeyAsync("ES384", "other");
        var signed = _folder.Write("bundle.jwt", (await CliRun.OfAsync("bundle", "sign", bundle, "--key", secret)).Output);

        Refused(await CliRun.OfAsync("bundle", "verify", bundle, "--key", shown), "not signed");
        Refused(await CliRun.OfAsync("bundle", "verify", signed, "--key", other), "pinned");
        Refused(await CliRun.OfAsync("bundle", "verify", signed, "--key", shown, "--serial", "2"), "older");
        Assert.Equal(0, (await CliRun.OfAsync("bundle", "verify", signed, "--key", other, "--key", shown)).ExitCode);
        Refused(await CliRun.OfAsync("bundle", "show", _folder.Write("odd.json", "{}")), "expires");
        Refused(await CliRun.OfAsync("bundle", "show", _folder.Write("page.html", "<html>")), "neither");
    }

    [Fact]
    public async Task What_is_taken_over_or_signed_again_is_checked_or_said_not_to_be()
    {
        var (secret, shown) = await KeyAsync("ES256", "one");
        var (_, other) = await KeyAsync("ES256", "other");
        var signed = _folder.Write("signed.jwt", (await CliRun.OfAsync("bundle", "sign", await CreateAsync("first.json", "--issuer", Orders), "--key", secret)).Output);
        var checkedOne = await CliRun.OfAsync("bundle", "create", "--from", signed, "--key", shown);
        Assert.Equal((0, ""), (checkedOne.ExitCode, checkedOne.Error));
        Refused(await CliRun.OfAsync("bundle", "create", "--from", signed, "--key", other), "pinned");
        foreach (var run in new[] { await CliRun.OfAsync("bundle", "create", "--from", signed), await CliRun.OfAsync("bundle", "sign", signed, "--key", secret) })
        {
            Assert.Equal(0, run.ExitCode);
            Assert.Contains("was not checked", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--scope and --embed-keys go with --issuer", "create", "--scope", "a")]
    [InlineData("--scope and --embed-keys go with --issuer", "create", "--embed-keys")]
    [InlineData("--key and --remove go with --from", "create", "--issuer", Orders, "--key", "pin.jwk")]
    [InlineData("--serial '-3' is not a serial", "verify", "fleet.jwt", "--key", "pin.jwk", "--serial", "-3")]
    [InlineData("--serial '99999999999999999999' is not a serial", "verify", "fleet.jwt", "--key", "pin.jwk", "--serial", "99999999999999999999")]
    [InlineData("neither a file nor an https URL", "show", "ftp://bundles.example/fleet")]
    public async Task What_does_not_go_together_is_misuse(string sentence, params string[] arguments)
    {
        var run = await CliRun.OfAsync(["bundle", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pins_are_those_of_a_target()
    {
        var (secret, shown) = await KeyAsync("ES256", "one");
        var (_, two) = await KeyAsync("ES256", "two");
        var (_, three) = await KeyAsync("ES256", "three");
        var signed = _folder.Write("signed.jwt", (await CliRun.OfAsync("bundle", "sign", await CreateAsync("first.json", "--issuer", Orders), "--key", secret)).Output);
        foreach (var (pins, sentence) in new[] { (new[] { secret }, "not public"), ([shown, shown], "two keys of one kid"), ([shown, two, three], "one file, or two") })
        {
            var run = await CliRun.OfAsync(["bundle", "verify", signed, .. pins.SelectMany(pin => new[] { "--key", pin })]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bundle_over_plain_http_is_misuse_and_not_asked_for()
    {
        var run = await CliRun.OfAsync("bundle", "show", "http://bundles.example/fleet");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("plain http", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_bundle_is_refused()
    {
        var (secret, shown) = await KeyAsync("ES256", "key");
        using var key = SigningKey.FromJwk(Jwk.Parse(await File.ReadAllBytesAsync(secret)));
        var expired = _folder.Write("expired.jwt", SignedTrustBundle.Sign(new TrustBundle(1, DateTimeOffset.UnixEpoch, []), key));
        Refused(await CliRun.OfAsync("bundle", "verify", expired, "--key", shown), "expired at 1970-01-01");
        Refused(await CliRun.OfAsync("bundle", "sign", expired, "--key", secret), "expired at 1970-01-01");
    }

    [Fact]
    public async Task Next_version_has_the_next_serial_and_its_differences_are_said()
    {
        var first = await CreateAsync("first.json", "--issuer", Orders, "--scope", "a");
        var next = await CreateAsync("next.json", "--from", first, "--remove", Orders, "--issuer", Billing);
        var diff = await CliRun.OfAsync("bundle", "diff", first, next);
        Assert.Equal(0, diff.ExitCode);
        Assert.Contains("serial: 1 -> 2", diff.Output, StringComparison.Ordinal);
        Assert.Contains($"+ {Billing}: ", diff.Output, StringComparison.Ordinal);
        Assert.Contains($"- {Orders}: no longer trusted", diff.Output, StringComparison.Ordinal);
        Assert.Contains("say the same", (await CliRun.OfAsync("bundle", "diff", first, first)).Error, StringComparison.Ordinal);

        var edited = _folder.Write("edited.json", (await File.ReadAllTextAsync(first)).Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        var changes = JsonDocument.Parse((await CliRun.OfAsync("bundle", "diff", first, edited, "--output", "json")).Output).RootElement.GetProperty("changes");
        Assert.Equal([$"~ {Orders}: scopes a -> b"], changes.EnumerateArray().Select(change => change.GetString()));
        Refused(await CliRun.OfAsync("bundle", "create", "--from", first, "--remove", Billing), Billing);
    }

    [Fact]
    public async Task Key_of_the_same_name_and_a_comment_are_differences()
    {
        using var one = SigningKey.Generate(SignatureAlgorithm.ES256, "k");
        using var two = SigningKey.Generate(SignatureAlgorithm.ES256, "k");
        string Bundle(string name, SigningKey key, string? comment = null, string? note = null) => _folder.Write(name, Encoding.UTF8.GetString(new TrustBundle(
            1, DateTimeOffset.UnixEpoch, [new TrustEntry { Issuer = Orders, Keys = new KeySet([key.ToVerificationKey()]), Comment = note }], comment).ToJson()));
        var first = Bundle("one.json", one);
        var swapped = await CliRun.OfAsync("bundle", "diff", first, Bundle("two.json", two));
        Assert.Equal($"~ {Orders}: keys {Thumbprint(one)} as k -> {Thumbprint(two)} as k\n", swapped.Output);
        var noted = await CliRun.OfAsync("bundle", "diff", first, Bundle("noted.json", one, "fleet", "until May"));
        Assert.Equal($"comment: none -> fleet\n~ {Orders}: comment none -> until May\n", noted.Output);

        static string Thumbprint(SigningKey key) => key.ToVerificationKey().ToJwk().Thumbprint();
    }

    [Fact]
    public async Task Keys_are_written_into_the_bundle()
    {
        await using var server = await WatchwordServer.StartAsync();
        var bundle = await CreateAsync("bundle.json", "--issuer", server.Url, "--embed-keys");
        var entry = Assert.Single(TrustBundle.Parse(await File.ReadAllBytesAsync(bundle)).Issuers);
        Assert.NotEmpty(entry.Keys!.Keys);
        var nobody = $"http://127.0.0.1:{FreePort.Next()}";
        Assert.Equal(3, (await CliRun.OfAsync("bundle", "create", "--issuer", nobody, "--embed-keys")).ExitCode);
        Assert.Equal(3, (await CliRun.OfAsync("bundle", "show", nobody + "/bundle")).ExitCode);
        var page = await CliRun.OfAsync("bundle", "show", server.Url + "/.well-known/jwks.json");
        Refused(page, "'keys'");
    }

    [Fact]
    public async Task Faulty_entry_is_misuse()
    {
        var run = await CliRun.OfAsync("bundle", "create", "--issuer", "orders");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("not a URL", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_others_can_read_signs_nothing()
    {
        var bundle = await CreateAsync("bundle.json");
        var (secret, shown) = await KeyAsync("ES256", "key");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var run = await CliRun.OfAsync("bundle", "sign", bundle, "--key", secret);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("chmod 600", run.Error, StringComparison.Ordinal);
        File.SetUnixFileMode(shown, UnixFileMode.UserRead);
        Assert.Equal(2, (await CliRun.OfAsync("bundle", "sign", bundle, "--key", shown)).ExitCode);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS384")]
    [InlineData("EdDSA")]
    public async Task Signing_key_is_generated_with_its_private_half_in_a_file_alone(string algorithm)
    {
        var (secret, shown) = await KeyAsync(algorithm, "key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        using var key = SigningKey.FromJwk(Jwk.Parse(await File.ReadAllBytesAsync(secret)));
        var jwk = Jwk.Parse(await File.ReadAllBytesAsync(shown));
        Assert.False(jwk.IsPrivate);
        Assert.Equal((algorithm, "sig", key.KeyId), (jwk.Algorithm, jwk.Use, jwk.KeyId));
        var signature = Watchword.Jwt.JwtSigner.Sign(key, "x"u8);
        Assert.True(new Watchword.Jwt.JwsVerifier(new KeySet([VerificationKey.FromJwk(jwk)])).TryVerify(Encoding.ASCII.GetBytes(signature), out _, out _));
    }

    private async Task<string> CreateAsync(string name, params string[] arguments)
    {
        var made = await CliRun.OfAsync(["bundle", "create", .. arguments]);
        Assert.True(made.ExitCode == 0, made.Error);
        return _folder.Write(name, made.Output);
    }

    private async Task<(string Secret, string Shown)> KeyAsync(string algorithm, string name)
    {
        var made = await CliRun.OfAsync("key", "generate", "--algorithm", algorithm, "--out", _folder.File(name + ".jwk"));
        Assert.True(made.ExitCode == 0, made.Error);
        return (_folder.File(name + ".jwk"), _folder.Write(name + "-public.jwk", made.Output));
    }

    private static void Refused(CliRun run, string word)
    {
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
    }
}
