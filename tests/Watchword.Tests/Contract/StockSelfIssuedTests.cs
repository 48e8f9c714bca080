// Stock libraries judge what a service issues for itself: node's jose and Python's jwcrypto take the keys from where the service publishes them.
using System.Text.Json;
using Watchword.Tests.House;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

public sealed class StockSelfIssuedTests : IDisposable
{
    private const string Python = "/usr/bin/python3"; // Debian's, for which Debian packages jwcrypto
    private const string Billing = "https://billing";
    private readonly TempFolder _temp = new();
    private readonly string _orders = $"http://127.0.0.1:{FreePort.Next()}";

    public static TheoryData<string> Libraries => ["jose", "jwcrypto"];

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "jose", "ERR_JWT_CLAIM_VALIDATION_FAILED", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" },
        { "jwcrypto", "JWTInvalidClaimValue", "InvalidJWSSignature" },
    };

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_verifies_a_self_issued_token_with_the_published_keys(string library)
    {
        await SkipWithoutAsync(library);
        await using var service = await StartAsync();
        var finished = await VerifyAsync(library, Token(), Billing);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        var verified = JsonElement.Parse(finished.Output);
        Assert.Equal("at+jwt", verified.GetProperty("header").GetProperty("typ").GetString());
        foreach (var claim in new[] { "iss", "sub", "client_id" })
            Assert.Equal(_orders, verified.GetProperty("claims").GetProperty(claim).GetString());
        Assert.Equal("invoices:read", verified.GetProperty("claims").GetProperty("scope").GetString());
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task It_refuses_one_for_another_and_one_that_was_changed(string library, string forAnother, string changed)
    {
        await SkipWithoutAsync(library);
        await using var service = await StartAsync();
        await RefusesAsync(Token(), "https://shipping", forAnother);
        var token = Token();
        var end = token[^10] == 'A' ? 'B' : 'A';
        await RefusesAsync($"{token[..^10]}{end}{token[^9..]}", Billing, changed);

        async Task RefusesAsync(string refused, string audience, string error)
        {
            var finished = await VerifyAsync(library, refused, audience);
            Assert.True(finished.ExitCode == 1 && finished.Errors.Contains(error, StringComparison.Ordinal), finished.ToString());
        }
    }

    // The service's own key file: two of one service share it.
    private string Token()
    {
        using var identity = new ServiceIdentity(new ServiceIdentityOptions { Issuer = _orders, KeyFile = _temp.File("orders.json") }, TimeProvider.System);
        return identity.Sign(Billing, "invoices:read");
    }

    private Task<SelfIssuingService> StartAsync()
    {
        File.WriteAllBytes(_temp.File("bundle.json"), new TrustBundle(1, TimeProvider.System.GetUtcNow().AddDays(1), []).ToJson());
        return SelfIssuingService.StartAsync(_orders, _temp.File("orders.json"), _temp.File("bundle.json"), peer: "http://127.0.0.1:1", TimeProvider.System);
    }

    private Task<Finished> VerifyAsync(string library, string token, string audience) => library == "jose"
        ? RunningProcess.RunAsync("node", [Repository.PathOf("tests/node/verify.mjs"), _orders, audience], input: token)
        : RunningProcess.RunAsync(Python, [Repository.PathOf("tests/python/verify.py"), _orders, audience], input: token);

    private static async Task SkipWithoutAsync(string library)
    {
        if (library == "jose")
            StockJoseTests.SkipWithoutJose();
        else
            Assert.SkipUnless(File.Exists(Python) && (await RunningProcess.RunAsync(Python, ["-c", "import jwcrypto"])).ExitCode == 0, "jwcrypto is not installed: Debian's package python3-jwcrypto.");
    }
}
