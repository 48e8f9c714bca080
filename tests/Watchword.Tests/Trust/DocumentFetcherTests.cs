// SECURITY.md item 31: the one fetcher is bounded in time and size, follows nothing, and goes only where it may.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class DocumentFetcherTests
{
    // As long as a slow machine may need, and the longest that may be set.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("http://issuer.example/keys")]
    [InlineData("http://10.0.0.1/keys")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("ftp://localhost/keys")]
    [InlineData("file:///etc/passwd")]
    public async Task Nothing_is_fetched_in_the_clear_from_another_machine(string url) =>
        Assert.Contains("nothing is fetched", (await FailsAsync(url)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://[::ffff:0.0.0.0]:{0}/")]
    [InlineData("https://169.254.169.254/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://2852039166/")]
    [InlineData("https://0xA9FEA9FE/")]
    [InlineData("https://100.100.100.200/")]
    public async Task Local_addresses_in_disguise_are_not_connected_to(string url)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var fault = await FailsAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, port));
        Assert.Contains("this machine or link", fault.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("https://0.0.0.0:{0}/")]
    [InlineData("https://[::]:{0}/")]
    [InlineData("https://0:{0}/")]
    public async Task The_address_of_nobody_in_particular_is_not_connected_to(string url)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var fault = await FailsAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, url, ((IPEndPoint)listener.LocalEndpoint).Port));
        Assert.Equal(FetchException.Unreachable, fault.ErrorType);
        Assert.Contains("this machine or link", fault.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("https://xn--/")]
    [InlineData("https://xn--a/")]
    [InlineData("https://\u0080.example/")]
    [InlineData("https://\u0300.example/")]
    [InlineData("https://a..b/")]
    [InlineData("https://-/")]
    [InlineData("https://%00/")]
    [InlineData("https://\uff0e/")]
    [InlineData("https://host_name.invalid/")]
    [InlineData("https://user:secret@issuer.invalid/")]
    [InlineData("https://issuer.invalid:0/")]
    [InlineData("https://long")]
    public async Task Whatever_a_URL_says_the_fault_is_a_sentence(string text)
    {
        if (Uri.TryCreate(text == "https://long" ? $"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 6))}/" : text, UriKind.Absolute, out var url))
            await FailsAsync(url.OriginalString, TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("10.0.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("100.100.100.201", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("0.1.2.3", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.255.255", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.254.170.2", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("febf::1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("168.63.129.16", true)]
    [InlineData("192.0.0.192", true)]
    [InlineData("fd00:ec2::23", true)]
    [InlineData("fd20:ce::254", true)]
    [InlineData("fd20:ce::255", false)]
    [InlineData("::7f00:1", true)]
    [InlineData("::808:808", false)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("64:ff9b::7f00:1", true)]
    [InlineData("64:ff9b::808:808", false)]
    [InlineData("64:ff9b:1:2::a9fe:a9fe", true)]
    [InlineData("2002:a9fe:a9fe::1", true)]
    [InlineData("2002:808:808::1", false)]
    [InlineData("2001:0:808:808::5601:5601", true)]
    [InlineData("2001:0:a9fe:a9fe::f7f7:f7f7", false)]
    public void Local_addresses_are_known(string address, bool local) => Assert.Equal(local, LocalAddress.IsLocal(IPAddress.Parse(address)));

    [Fact]
    public async Task A_body_that_drips_is_cut_by_the_timeout()
    {
        await using var server = await ServeAsync(async context =>
        {
            for (var i = 0; i < 60; i++)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, context.RequestAborted);
            }
        });
        var watch = Stopwatch.StartNew();
        var fault = await FailsAsync(server.Urls.Single(), TimeSpan.FromSeconds(1.5));
        Assert.Contains("within 1.5 s", fault.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_handshake_that_is_never_answered_is_a_fault_and_no_cancellation()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // The connection's own limit, 5 s, comes before this one.
        var fault = await FailsAsync($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        Assert.Equal(FetchException.TimedOut, fault.ErrorType);
        Assert.Contains("did not take up a connection in time", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_byte_too_many_is_too_large_declared_or_not()
    {
        foreach (var declared in new[] { true, false })
        {
            var size = 1000;
            await using var server = await ServeAsync(async context =>
            {
                if (declared)
                    context.Response.ContentLength = size;
                await context.Response.Body.WriteAsync(new byte[size]);
            });
            using var fetcher = new DocumentFetcher(new FetcherOptions { MaxBytes = 1000, Timeout = Patience }, TimeProvider.System);
            Assert.Equal(1000, (await fetcher.FetchAsync(new Uri(server.Urls.Single()), default)).Length);
            size = 1001;
            Assert.Contains("too large", (await Assert.ThrowsAsync<FetchException>(() => fetcher.FetchAsync(new Uri(server.Urls.Single()), default))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Endless_headers_are_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray());
                var header = Encoding.ASCII.GetBytes($"X-Filler: {new string('x', 1000)}\r\n");
                for (var i = 0; i < 10_000; i++)
                    await stream.WriteAsync(header);
            }
            catch (Exception over) when (over is IOException or SocketException or InvalidOperationException)
            {
                // The fetcher had enough, or never came.
            }
        });
        try
        {
            var fault = await FailsAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
            Assert.Equal(FetchException.Unreachable, fault.ErrorType);
            Assert.Contains("headers length", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            listener.Stop();
            await serving;
        }
    }

    [Fact]
    public async Task A_status_other_than_200_is_a_fault_with_its_number()
    {
        await using var server = await ServeAsync(context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers.Location = "/200";
            return Task.CompletedTask;
        });
        foreach (var status in new[] { 201, 204, 301, 302, 303, 307, 308, 401, 404, 500, 503 })
        {
            var fault = await FailsAsync($"{server.Urls.Single()}/{status}");
            Assert.Equal(status, fault.Status);
            Assert.Contains($"{status}", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_fetch_that_the_caller_ends_is_cancelled()
    {
        await using var server = await ServeAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var fetcher = new DocumentFetcher(new FetcherOptions { Timeout = Patience }, TimeProvider.System);
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(new Uri(server.Urls.Single()), end.Token));
    }

    [Fact]
    public async Task A_private_authority_is_believed_only_where_it_is_configured()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=watchword test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var server = await ServeAsync(context => context.Response.WriteAsync("{}"), certificate);
        var url = server.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        Assert.Equal(FetchException.Unreachable, (await FailsAsync(url)).ErrorType);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
            using var fetcher = new DocumentFetcher(new FetcherOptions { CaFile = file, Timeout = Patience }, TimeProvider.System);
            Assert.Equal("{}", Encoding.ASCII.GetString(await fetcher.FetchAsync(new Uri(url), default)));
            var unnamed = await Assert.ThrowsAsync<FetchException>(() => fetcher.FetchAsync(new Uri(server.Urls.Single()), default));
            Assert.Equal(FetchException.Unreachable, unnamed.ErrorType);
            foreach (var text in new[] { "", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" })
            {
                await File.WriteAllTextAsync(file, text);
                Assert.Contains(file, Assert.Throws<ArgumentException>(() => new DocumentFetcher(new FetcherOptions { CaFile = file }, TimeProvider.System)).Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
        Assert.Throws<ArgumentException>(() => new DocumentFetcher(new FetcherOptions { CaFile = file }, TimeProvider.System));
    }

    [Fact]
    public async Task Caches_on_the_way_are_told_to_ask_the_issuer()
    {
        await using var server = await ServeAsync(context => context.Response.WriteAsync($"{context.Request.Headers.CacheControl}"));
        using var fetcher = new DocumentFetcher(new FetcherOptions { Timeout = Patience }, TimeProvider.System);
        Assert.Equal("no-cache", Encoding.ASCII.GetString(await fetcher.FetchAsync(new Uri(server.Urls.Single()), default)));
    }

    private static async Task<FetchException> FailsAsync(string url, TimeSpan? timeout = null)
    {
        using var fetcher = new DocumentFetcher(new FetcherOptions { Timeout = timeout ?? Patience }, TimeProvider.System);
        return await Assert.ThrowsAsync<FetchException>(() => fetcher.FetchAsync(new Uri(url), default));
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }
}
