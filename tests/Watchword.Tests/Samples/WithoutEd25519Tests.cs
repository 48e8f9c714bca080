// An application that does not refer to Watchword.Ed25519, as Billing does not: the engine says what is missing, and where.
using System.Net;
using System.Net.Http.Headers;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

public sealed class WithoutEd25519Tests
{
    [Fact]
    public async Task A_setting_that_names_the_algorithm_stops_the_start_with_the_package_to_add()
    {
        await using var billing = SampleProcess.Start("Billing", new Dictionary<string, string?> { ["Authentication__Schemes__Watchword__Algorithms"] = "EdDSA" });
        var finished = await billing.WaitForExitAsync();
        Assert.NotEqual(0, finished.ExitCode);
        Assert.Contains("Algorithms names EdDSA, which needs the package Watchword.Ed25519", finished.Output + finished.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_refused_and_the_log_names_the_package()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var billing = await SampleServices.StartBillingAsync(issuer, url);
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync("orders", "--algorithm", "EdDSA"));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await issuer.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var line = await billing.WaitForLineAsync(line => line.Contains(RejectionCode.UnsupportedAlgorithm, StringComparison.Ordinal));
        Assert.Contains("needs the package Watchword.Ed25519", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_refused_in_a_sentence_that_names_the_package()
    {
        var family = new PackagedFamily("OKP", "Ed25519", "Watchword.Ed25519", () => null);
        Assert.Equal("Watchword.Ed25519", family.MissingPackage);
        foreach (var load in new Action[] { () => family.Generate(), () => family.Import([]), () => family.FromPublic(new Jwk { KeyType = "OKP" }), () => family.FromPrivate(new Jwk { KeyType = "OKP" }) })
            Assert.Contains("need the package Watchword.Ed25519", Assert.Throws<InvalidKeyException>(load).Message, StringComparison.Ordinal);
    }
}
