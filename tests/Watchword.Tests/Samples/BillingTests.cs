// The Billing sample as a process of its own, called with tokens of an issuer that is a process of its own too.
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

public sealed class BillingTests
{
    [Fact]
    public async Task Billing_says_who_is_calling_and_asks_for_the_scope_it_needs()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var billing = await SampleServices.StartBillingAsync(issuer, url);
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync());

        using var who = await CallAsync(issuer.Http, HttpMethod.Get, url, token);
        Assert.Equal(HttpStatusCode.OK, who.StatusCode);
        Assert.Contains("orders", await who.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var read = await CallAsync(issuer.Http, HttpMethod.Get, new Uri(url, "invoices"), token);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);

        using var write = await CallAsync(issuer.Http, HttpMethod.Post, new Uri(url, "invoices"), token, """{"customer":"Ada","amount":1}""");
        Assert.Equal(HttpStatusCode.Forbidden, write.StatusCode);
        Assert.Contains("insufficient_scope", Challenge(write), StringComparison.Ordinal);
        Assert.Contains("invoices:write", Challenge(write), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Billing_refuses_a_misdirected_token_and_says_why()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        await using var other = await PublishedIssuer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var billing = await SampleServices.StartBillingAsync(issuer, url);
        await issuer.AddCallerAsync();
        await issuer.JsonAsync("resource", "create", "https://shipping", "--scope", "read");
        await issuer.JsonAsync("grant", "add", "orders", "https://shipping", "--scope", "read");
        var misdirected = await issuer.RequestTokenAsync(new Caller("orders", "", Path.Combine(issuer.Home, "orders.key"), "https://shipping"));

        using var none = await CallAsync(issuer.Http, HttpMethod.Get, url, token: null);
        using var wrong = await CallAsync(issuer.Http, HttpMethod.Get, url, misdirected);
        using var foreign = await CallAsync(issuer.Http, HttpMethod.Get, url, other.Sign("https://billing", TimeSpan.Zero, TimeSpan.FromMinutes(5)));
        Assert.All([none, wrong, foreign], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.DoesNotContain("error", Challenge(none), StringComparison.Ordinal);
        Assert.Contains("invalid_token", Challenge(wrong), StringComparison.Ordinal);
        Assert.Contains("invalid_token", Challenge(foreign), StringComparison.Ordinal);
        await billing.WaitForLineAsync(line => line.Contains(RejectionCode.WrongAudience, StringComparison.Ordinal));
        Assert.DoesNotContain(misdirected.Split('.')[2], billing.Output + billing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Billing_publishes_its_key_and_takes_tokens_that_are_encrypted_to_it()
    {
        using var folder = new TempFolder();
        using var key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        await using var issuer = await WatchwordServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var billing = await SampleServices.StartBillingAsync(issuer, url, folder.Write("billing.jwk", key));
        var token = await issuer.RequestTokenAsync(await issuer.AddCallerAsync());

        var published = EncryptionKeySet.Parse(await issuer.Http.GetByteArrayAsync(new Uri(url, ".well-known/watchword/keys")));
        var encrypted = JweEncrypter.Encrypt(Assert.Single(published.Keys), Encoding.ASCII.GetBytes(token), contentType: JweEncrypter.NestedToken);
        using var answer = await CallAsync(issuer.Http, HttpMethod.Get, new Uri(url, "invoices"), encrypted);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Key_is_replaced_without_a_refused_request()
    {
        using var folder = new TempFolder();
        using var old = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs, "old");
        using var next = DecryptionKey.Generate(KeyManagementAlgorithm.RsaOaep256, "next");
        var (oldFile, nextFile) = (folder.Write("old.jwk", old), folder.Write("next.jwk", next));
        await using var issuer = await WatchwordServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        var keys = new Uri(url, ".well-known/watchword/keys").AbsoluteUri;
        var caller = await issuer.AddCallerAsync();
        string first;
        await using (var billing = await SampleServices.StartBillingAsync(issuer, url, oldFile))
        {
            await issuer.JsonAsync("resource", "encryption", "set", "https://billing", "--url", keys);
            first = await TokenForAsync("old");
        }
        await using (var billing = await SampleServices.StartBillingAsync(issuer, url, $"{nextFile} {oldFile}"))
        {
            await AssertTakenAsync(first);
            await AssertTakenAsync(await TokenForAsync("old"));
            await issuer.JsonAsync("resource", "encryption", "set", "https://billing", "--url", keys);
            await AssertTakenAsync(first);
            await AssertTakenAsync(await TokenForAsync("next"));
        }
        await using (var billing = await SampleServices.StartBillingAsync(issuer, url, nextFile))
            await AssertTakenAsync(await TokenForAsync("next"));

        async Task<string> TokenForAsync(string keyId)
        {
            var token = await issuer.RequestTokenAsync(caller);
            Assert.Equal(5, token.Split('.').Length);
            var header = JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]));
            Assert.Equal(keyId, header.GetProperty("kid").GetString());
            return token;
        }

        async Task AssertTakenAsync(string token)
        {
            using var answer = await CallAsync(issuer.Http, HttpMethod.Get, new Uri(url, "invoices"), token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Billing_without_a_key_publishes_none()
    {
        await using var issuer = await WatchwordServer.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        await using var billing = await SampleServices.StartBillingAsync(issuer, url);
        using var answer = await issuer.Http.GetAsync(new Uri(url, ".well-known/watchword/keys"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static string Challenge(HttpResponseMessage answer) => Assert.Single(answer.Headers.WwwAuthenticate).ToString();

    private static async Task<HttpResponseMessage> CallAsync(HttpClient http, HttpMethod method, Uri url, string? token, string? json = null)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = json is null ? null : JsonContent.Create(JsonElement.Parse(json));
        return await http.SendAsync(request);
    }
}
