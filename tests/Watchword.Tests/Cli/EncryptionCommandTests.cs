// The whole way of an encrypted token by the tool: a key pair, its registration, tokens that only its holder reads, and back.
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class EncryptionCommandTests
{
    private const string Billing = CallerExtensions.Billing;

    [Fact]
    public async Task Key_is_generated_registered_used_and_cleared()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var file = Path.Combine(server.Home, "billing.jwk");
        var made = await server.RunCliAsync("key", "generate", "--out", file);
        Assert.True(made.ExitCode == 0, made.ToString());
        Assert.Contains(file, made.Errors, StringComparison.Ordinal);
        using var key = DecryptionKey.FromJwk(Jwk.Parse(await File.ReadAllBytesAsync(file)));

        var set = await server.JsonAsync("resource", "encryption", "set", Billing, "--key", server.Write("public.jwk", made.Output), "--enc", "A128GCM");
        Assert.Equal(("A128GCM", key.KeyId), (Text(set.GetProperty("encryption"), "enc"), Text(set.GetProperty("encryption"), "kid")));
        Assert.Equal(0, (await server.VerifyTokenAsync(Decrypt(await server.RequestTokenAsync(caller), key))).ExitCode);
        Assert.Contains("ECDH-ES, A128GCM", (await server.RunCliAsync("resource", "show", Billing)).Output, StringComparison.Ordinal);
        Assert.Matches(@"https://billing .* ECDH-ES\s*$", (await server.RunCliAsync("resource", "list")).Output);

        await server.JsonAsync("resource", "encryption", "clear", Billing);
        Assert.Equal(0, (await server.VerifyTokenAsync(await server.RequestTokenAsync(caller))).ExitCode);
        (await server.RunCliAsync("resource", "encryption", "clear", Billing)).OneSentence(Sentences.Refused, Billing);
        Assert.Matches(@"https://billing .* none\s*$", (await server.RunCliAsync("resource", "list")).Output);
    }

    [Fact]
    public async Task Public_key_is_taken_from_standard_input()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.AddCallerAsync();
        var made = await server.RunCliAsync("key", "generate", "--algorithm", "RSA-OAEP-256", "--kid", "billing-2027", "--out", Path.Combine(server.Home, "k"));
        var set = await WatchwordTool.RunAsync(["resource", "encryption", "set", Billing, "--key", "-"], server.Variables, made.Output);
        Assert.True(set.ExitCode == 0, set.ToString());
        Assert.Contains("billing-2027", set.Output, StringComparison.Ordinal);
        Assert.Contains("RSA-OAEP-256, A256GCM", set.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_that_cannot_be_fetched_is_a_warning_and_then_no_token()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var url = $"http://127.0.0.1:{FreePort.Next()}/keys";
        var set = await server.RunCliAsync("resource", "encryption", "set", Billing, "--url", url);
        Assert.Equal(Sentences.Done, set.ExitCode);
        Assert.Contains(url, set.Output, StringComparison.Ordinal);
        Assert.StartsWith("warning: ", set.Errors, StringComparison.Ordinal);
        Assert.Contains("no token is issued", set.Errors, StringComparison.Ordinal);
        Assert.Contains("no key", (await server.RunCliAsync("resource", "list")).Output, StringComparison.Ordinal);
        var refused = await server.RunCliAsync(
            "token", "request", "--issuer", server.Url, "--client", "orders", "--api-key-file", caller.KeyFile, "--resource", Billing);
        refused.OneSentence(Sentences.Unreachable);
    }

    [Fact]
    public async Task Private_key_is_refused_and_not_repeated()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.AddCallerAsync();
        var file = Path.Combine(server.Home, "billing.jwk");
        await server.RunCliAsync("key", "generate", "--out", file);
        var refused = await server.RunCliAsync("resource", "encryption", "set", Billing, "--key", file);
        refused.OneSentence(Sentences.Misuse, "private half");
        Assert.DoesNotContain(Text(JsonElement.Parse(await File.ReadAllTextAsync(file)), "d")!, refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ECDH-ES")]
    [InlineData("ECDH-ES+A128KW")]
    [InlineData("ECDH-ES+A256KW")]
    [InlineData("RSA-OAEP")]
    [InlineData("RSA-OAEP-256")]
    public async Task Private_half_is_in_a_file_of_its_owner_alone_and_never_printed(string algorithm)
    {
        using var folder = new TempFolder();
        var made = await CliRun.OfAsync("key", "generate", "--algorithm", algorithm, "--out", folder.File("k"), "--output", "json");
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("k")));
        Assert.Equal([folder.File("k")], Directory.GetFiles(folder.Path));
        using var key = DecryptionKey.FromJwk(Jwk.Parse(await File.ReadAllBytesAsync(folder.File("k"))));
        var shown = Jwk.Parse(System.Text.Encoding.UTF8.GetBytes(made.Output));
        Assert.False(shown.IsPrivate);
        Assert.Equal((algorithm, "enc", key.KeyId, shown.Thumbprint()), (shown.Algorithm, shown.Use, shown.KeyId, shown.KeyId));
        Assert.Equal("signed", Decrypt(JweEncrypter.Encrypt(EncryptionKey.FromJwk(shown), "signed"u8), key));
    }

    [Fact]
    public async Task Key_is_never_written_over_anything()
    {
        using var folder = new TempFolder();
        var file = folder.Write("k", "mine");
        foreach (var path in new[] { file, folder.Path })
        {
            var run = await CliRun.OfAsync("key", "generate", "--out", path);
            Assert.Equal((Sentences.Refused, ""), (run.ExitCode, run.Output));
            Assert.Contains("exists already", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("key", "generate")]
    [InlineData("key", "generate", "--out", "/nowhere/at/all/k")]
    [InlineData("key", "generate", "--out", "FOLDER/k", "--algorithm", "dir")]
    [InlineData("key", "generate", "--out", "FOLDER/k", "--algorithm", "A256KW")]
    [InlineData("key", "generate", "--out", "FOLDER/k", "--algorithm", "ecdh-es")]
    [InlineData("key", "generate", "--out", "FOLDER/k", "--kid", "")]
    [InlineData("key", "generate", "--out", "FOLDER/k", "--kid", "a b")]
    [InlineData("resource", "encryption")]
    [InlineData("resource", "encryption", "set", "https://billing")]
    [InlineData("resource", "encryption", "set", "https://billing", "--key", "FOLDER/missing")]
    [InlineData("resource", "encryption", "set", "https://billing", "--key", "FOLDER/text")]
    [InlineData("resource", "encryption", "set", "https://billing", "--key", "FOLDER/text", "--url", "https://billing/keys")]
    public async Task Misuse_is_said_and_leaves_nothing(params string[] arguments)
    {
        using var folder = new TempFolder();
        folder.Write("text", "not a key");
        var run = await CliRun.OfAsync([.. arguments.Select(each => each.Replace("FOLDER", folder.Path, StringComparison.Ordinal))]);
        Assert.Equal((Sentences.Misuse, ""), (run.ExitCode, run.Output));
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("Exception", run.Error, StringComparison.Ordinal);
        Assert.Equal([folder.File("text")], Directory.GetFiles(folder.Path));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string Decrypt(string token, DecryptionKey key)
    {
        Assert.True(new JweDecrypter([key]).TryDecrypt(System.Text.Encoding.ASCII.GetBytes(token), out var content, out var rejection), rejection?.ToString());
        return System.Text.Encoding.ASCII.GetString(content);
    }
}
