// SECURITY 16, 18: whatever the body is, the answer is a 4xx, and the next request is served.
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Watchword.Tests.Issuer;

namespace Watchword.Tests.Attacks;

public sealed class TokenEndpointBodyTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    private const string FormType = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData(65 * 1024)]
    [InlineData(1024 * 1024)]
    [InlineData(8 * 1024 * 1024)]
    public async Task Large_body_is_refused(int length)
    {
        var body = Encoding.ASCII.GetBytes("grant_type=client_credentials&x=" + new string('x', length));
        Assert.StartsWith("HTTP/1.1 413 ", await PostAsync(body), StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Theory]
    [InlineData(65 * 1024)]
    [InlineData(8 * 1024 * 1024)]
    public async Task Large_body_in_chunks_is_refused(int length)
    {
        var chunk = new byte[4096];
        Array.Fill(chunk, (byte)'x');
        using var body = new MemoryStream();
        for (var sent = 0; sent < length; sent += chunk.Length)
        {
            body.Write("1000\r\n"u8);
            body.Write(chunk);
            body.Write("\r\n"u8);
        }
        body.Write("0\r\n\r\n"u8);
        var answer = await RawHttp.SendAsync(
            server.Address, $"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\nTransfer-Encoding: chunked", body.ToArray());
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Fact]
    public async Task Too_many_members_are_refused()
    {
        (await SendAsync(Members(101))).Refused(400, "invalid_request");
        (await SendAsync(Members(10_000))).Refused(400, "invalid_request");
        (await SendAsync(Members(20_000))).Refused(413, "invalid_request");
        (await SendAsync(new string('&', 20_000))).Refused(400, "invalid_request");
        await NextIsServedAsync();
    }

    [Theory]
    [InlineData("grant_type")]
    [InlineData("scope")]
    [InlineData("client_id")]
    [InlineData("client_secret")]
    [InlineData("unknown")]
    [InlineData("client%5Fid")]
    public async Task Repeated_parameter_is_refused(string name)
    {
        var client = await server.AddClientAsync();
        var plain = Uri.UnescapeDataString(name);
        var form = $"grant_type=client_credentials&client_id={client.Id}&client_secret={client.ApiKey}&scope=&unknown=1";
        (await SendAsync($"{form}&{name}=x")).Refused(400, "invalid_request");
        (await SendAsync($"{name}=&{form}")).Refused(400, "invalid_request");
        Assert.Contains(plain + "=", form);
    }

    [Theory]
    [InlineData("grant_type=%zz")]
    [InlineData("grant_type=%")]
    [InlineData("grant_type=%4")]
    [InlineData("%f=1")]
    [InlineData("grant_type=client_credentials%00")]
    [InlineData("a%00b=c")]
    [InlineData("x=%ff%fe")]
    [InlineData("x=%c0%af")]
    [InlineData("x=%ed%a0%80")]
    [InlineData("=value")]
    public async Task Malformed_form_is_refused(string body)
    {
        (await SendAsync(body)).Refused(400, "invalid_request");
        await NextIsServedAsync();
    }

    [Fact]
    public async Task Raw_nul_and_bad_utf8_are_refused()
    {
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync([.. "grant_type=a"u8, 0]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync([.. "grant_type=a"u8, 0xff, 0xfe]), StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded2")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData("application/x-www-form-urlencoded; charset=x-user-defined")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8; x=y")]
    [InlineData("application/x-www-form-urlencoded; boundary=x")]
    [InlineData("application/x-www-form-urlencoded, application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded\nContent-Type: application/x-www-form-urlencoded")]
    public async Task Wrong_content_type_is_refused(string type)
    {
        var client = await server.AddClientAsync();
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync(Good(client), type), StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("Application/X-WWW-Form-Urlencoded")]
    [InlineData("application/x-www-form-urlencoded;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded; charset=\"utf-8\"")]
    public async Task Right_content_type_is_taken(string type)
    {
        var client = await server.AddClientAsync();
        Assert.StartsWith("HTTP/1.1 200 ", await PostAsync(Good(client), type), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_body_is_refused()
    {
        var client = await server.AddClientAsync();
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Good(client));
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync(bytes.ToArray(), FormType + "\nContent-Encoding: gzip"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await PostAsync(Good(client), FormType + "\nContent-Encoding: identity"), StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Fact]
    public async Task Parameters_in_the_url_are_refused()
    {
        var client = await server.AddClientAsync();
        (string, string)[] form = [("grant_type", "client_credentials"), ("client_id", client.Id), ("client_secret", client.ApiKey)];
        (await server.AskAsync(form, path: "/oauth2/token?scope=invoices%3Aread")).Refused(400, "invalid_request");
        (await server.AskAsync([], path: $"/oauth2/token?grant_type=client_credentials&client_id={client.Id}&client_secret={client.ApiKey}"))
            .Refused(400, "invalid_request");
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(client.ApiKey, StringComparison.Ordinal) && line.Contains("Watchword", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("NONSENSE")]
    public async Task Other_methods_are_refused(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/oauth2/token");
        using var reply = await server.Http.SendAsync(request);
        Assert.Equal(405, (int)reply.StatusCode);
        Assert.Equal("POST", Assert.Single(reply.Content.Headers.Allow));
    }

    [Fact]
    public async Task Empty_body_is_refused() => (await SendAsync("")).Refused(401, "invalid_client");

    [Fact]
    public async Task Broken_chunks_are_refused()
    {
        var answer = await RawHttp.SendAsync(
            server.Address,
            $"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\nTransfer-Encoding: chunked",
            "zz\r\ngrant_type=x\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        await NextIsServedAsync();
    }

    [Fact]
    public async Task Body_in_small_pieces_is_put_together()
    {
        await using var patient = await WithoutPaceAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var client = await patient.AddClientAsync();
        var body = Good(client);
        using var http = await RawHttp.ConnectAsync(patient.Address);
        await http.SendAsync($"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\nContent-Length: {body.Length}", []);
        foreach (var piece in body.Chunk(7)) await http.SendBodyAsync(piece);
        Assert.StartsWith("HTTP/1.1 200 ", await http.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_does_not_come_is_given_up_after_ten_seconds()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var slow = await WithoutPaceAsync(clock);
        using var http = await RawHttp.ConnectAsync(slow.Address);
        await http.SendAsync($"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\nContent-Length: 1000", "grant_type="u8.ToArray());

        var answering = http.ReadAnswerAsync();
        while (!answering.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            await Task.WhenAny(answering, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        Assert.StartsWith("HTTP/1.1 408 ", await answering, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 8388608")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Large_body_is_refused_by_a_server_with_limits_of_its_own(string length)
    {
        await using var strict = await IssuerServer.StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 64 * 1024));
        using var http = await RawHttp.ConnectAsync(strict.Address);
        var chunked = length.StartsWith("Transfer", StringComparison.Ordinal);
        await http.SendAsync(
            $"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\n{length}",
            [.. chunked ? "11000\r\n"u8 : [], .. Enumerable.Repeat((byte)'x', 0x11000), .. chunked ? "\r\n0\r\n\r\n"u8 : []]);
        Assert.StartsWith("HTTP/1.1 413 ", await http.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await strict.AskAsync(await strict.AddClientAsync())).Status);
    }

    [Fact]
    public async Task Caller_that_hangs_up_leaves_no_trace()
    {
        for (var i = 0; i < 10; i++)
        {
            using var http = await RawHttp.ConnectAsync(server.Address);
            await http.SendAsync($"POST /oauth2/token HTTP/1.1\nHost: x\nContent-Type: {FormType}\nContent-Length: 1000", "grant_type="u8.ToArray());
        }
        await NextIsServedAsync();
        Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("Watchword"));
    }

    // The server itself gives up slow bodies too, by the machine's own time.
    private static Task<IssuerServer> WithoutPaceAsync(TimeProvider clock) => IssuerServer.StartAsync(builder =>
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null);
        builder.Services.AddSingleton(clock);
    });

    private static string Members(int count) => string.Join('&', Enumerable.Range(0, count).Select(i => "a" + i.ToString("x")));

    private static byte[] Good(TestClient client) =>
        Encoding.ASCII.GetBytes($"grant_type=client_credentials&client_id={client.Id}&client_secret={client.ApiKey}");

    private async Task NextIsServedAsync() => Assert.Equal(200, (await server.AskAsync(await server.AddClientAsync())).Status);

    private async Task<TokenReply> SendAsync(string body) => await TokenReply.OfAsync(
        await server.Http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), new StringContent(body, Encoding.ASCII, new System.Net.Http.Headers.MediaTypeHeaderValue(FormType))));

    private Task<string> PostAsync(byte[] body, string type = FormType)
    {
        var contentType = type.Length == 0 ? "" : "\nContent-Type: " + type;
        return RawHttp.SendAsync(server.Address, $"POST /oauth2/token HTTP/1.1\nHost: x{contentType}\nContent-Length: {body.Length}", body);
    }
}
