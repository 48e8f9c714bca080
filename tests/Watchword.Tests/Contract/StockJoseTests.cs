// Node's jose, with nothing of ours in it: it takes our keys from where we publish them and judges our token.
using System.Text;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.House;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Contract;

public sealed class StockJoseTests
{
    [Fact]
    public async Task Jose_verifies_our_token_with_our_published_keys()
    {
        SkipWithoutJose();
        await using var issuer = await WatchwordServer.StartAsync();
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync());
        var finished = await VerifyAsync(issuer.Url, CallerExtensions.Billing, token);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var verified = JsonElement.Parse(finished.Output);
        Assert.Equal("at+jwt", verified.GetProperty("header").GetProperty("typ").GetString());
        Assert.Equal("ES256", verified.GetProperty("header").GetProperty("alg").GetString());
        Assert.Equal("orders", verified.GetProperty("claims").GetProperty("sub").GetString());
        Assert.Equal("invoices:read", verified.GetProperty("claims").GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("EdDSA")]
    public async Task Jose_verifies_our_other_algorithms(string algorithm)
    {
        SkipWithoutJose();
        await using var issuer = await WatchwordServer.StartAsync();
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync("orders", "--algorithm", algorithm));
        var finished = await VerifyAsync(issuer.Url, CallerExtensions.Billing, token);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        Assert.Equal(algorithm, JsonElement.Parse(finished.Output).GetProperty("header").GetProperty("alg").GetString());
    }

    [Fact]
    public async Task Jose_refuses_our_token_for_another()
    {
        SkipWithoutJose();
        await using var issuer = await WatchwordServer.StartAsync();
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync());
        var finished = await VerifyAsync(issuer.Url, "https://shipping", token);
        Assert.Equal(1, finished.ExitCode);
        Assert.Contains("ERR_JWT_CLAIM_VALIDATION_FAILED", finished.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    public async Task What_jose_signs_with_Ed25519_is_accepted_under_either_name(string algorithm)
    {
        SkipWithoutJose();
        var finished = await RunningProcess.RunAsync("node", [Repository.PathOf("tests/node/sign.mjs"), algorithm], input: "what jose signs");
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var signed = JsonElement.Parse(finished.Output);
        var key = VerificationKey.FromJwk(Jwk.Parse(Encoding.UTF8.GetBytes(signed.GetProperty("key").GetRawText())));
        Assert.Same(SignatureAlgorithm.EdDSA, key.Algorithm);
        var accepted = new JwsVerifier(new KeySet([key])).TryVerify(Encoding.ASCII.GetBytes(signed.GetProperty("token").GetString()!), out var payload, out var rejection);
        Assert.True(accepted, $"{rejection}");
        Assert.Equal("what jose signs", Encoding.UTF8.GetString(payload!));
    }

    internal static void SkipWithoutJose()
    {
        var hasNode = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, "node")));
        Assert.SkipUnless(hasNode, "node is not installed.");
        Assert.SkipUnless(Directory.Exists(Repository.PathOf("tests/node/node_modules/jose")), "jose is not installed: npm ci --prefix tests/node");
    }

    private static Task<Finished> VerifyAsync(string issuer, string audience, string token) =>
        RunningProcess.RunAsync("node", [Repository.PathOf("tests/node/verify.mjs"), issuer, audience], input: token);
}
