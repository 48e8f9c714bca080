// TLS of `watchword serve`: a renewed certificate is taken up without a restart, and a bad one never replaces a good one.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Watchword.Cli;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class ServeCertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart()
    {
        Write(_authority.Issue("first"));
        using var certificate = Load();
        certificate.Watch(NullLogger.Instance);
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.UseKestrel(ServeListening.Of($"https://localhost:{port}", null, hasCertificate: true, []), certificate);
        await using var server = await FakeServer.StartAsync(builder.Build(), context => context.Response.WriteAsync("here"));
        Assert.Equal("CN=first", await ShownAsync(port));

        Write(_authority.Issue("second"));
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("CN=second", await ShownAsync(port));
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Policy() } });
        using var answer = await http.GetAsync(new Uri($"https://localhost:{port}/"));
        Assert.Equal("here", await answer.Content.ReadAsStringAsync());
        Assert.Empty(answer.Headers.Server);
    }

    [Fact]
    public void A_renewed_pair_that_does_not_fit_is_logged_once_and_the_old_one_stays()
    {
        var (first, key) = _authority.Issue("first");
        Write((first, key));
        using var certificate = Load();
        var log = new LogLines();
        certificate.Watch(log);

        Write((_authority.Issue("second").Certificate, key));
        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("CN=first", certificate.Current.TargetCertificate.Subject);
        Assert.Contains("does not fit", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_chain_that_is_damaged_after_its_first_certificate_is_logged_and_refused_at_a_start()
    {
        Write(_authority.Issue("first"));
        using var certificate = Load();
        var log = new LogLines();
        certificate.Watch(log);
        var (second, key) = _authority.Issue("second");
        Write(($"{second}\n-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n", key));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("CN=first", certificate.Current.TargetCertificate.Subject);
        Assert.Contains("damaged certificate after the first", Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.Contains("damaged certificate after the first", Assert.Throws<CommandFault>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_logger_that_throws_ends_neither_the_process_nor_the_looking()
    {
        Write(_authority.Issue("first"));
        using var certificate = Load();
        var log = new LogLines { IsBroken = true };
        certificate.Watch(log);
        Write(_authority.Issue("second"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Write(_authority.Issue("third"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((2, "CN=third"), (log.Lines.Count, certificate.Current.TargetCertificate.Subject));
    }

    [Fact]
    public void A_pair_whose_second_file_arrives_later_is_taken_up_then()
    {
        Write(_authority.Issue("first"));
        using var certificate = Load();
        certificate.Watch(NullLogger.Instance);
        var (second, key) = _authority.Issue("second");

        _folder.Write("tls.pem", second);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=first", certificate.Current.TargetCertificate.Subject);

        _folder.Write("tls.key", key);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second", certificate.Current.TargetCertificate.Subject);
    }

    [Fact]
    public void Files_that_vanish_are_logged_once_and_leave_the_certificate_in_place()
    {
        Write(_authority.Issue("first"));
        using var certificate = Load();
        var log = new LogLines();
        certificate.Watch(log);
        var pem = File.ReadAllText(_folder.File("tls.pem"));
        foreach (var times in (int[])[1, 2])
        {
            File.Delete(_folder.File("tls.pem"));
            _clock.Advance(TimeSpan.FromSeconds(60));
            Assert.Equal((times, "CN=first"), (log.Lines.Count, certificate.Current.TargetCertificate.Subject));
            _folder.Write("tls.pem", pem);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task Serve_refuses_a_certificate_that_does_not_fit_its_key()
    {
        Write((_authority.Issue("first").Certificate, _authority.Issue("second").Key));
        var data = _folder.File("data");
        var run = await CliRun.OfAsync(
            "serve", "--data", data, "--url", $"https://localhost:{FreePort.Next()}", "--tls-cert", _folder.File("tls.pem"), "--tls-key", _folder.File("tls.key"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("does not fit the key", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public void What_is_not_a_certificate_is_said_so()
    {
        var (certificate, key) = _authority.Issue("first");
        Assert.Contains("does not hold a certificate", Refusal(("nonsense", key)), StringComparison.Ordinal);
        Assert.Contains("does not hold a certificate", Refusal((key, key)), StringComparison.Ordinal);
        Assert.Contains("does not hold a private key", Refusal((certificate, certificate)), StringComparison.Ordinal);
        Assert.Contains("holds more than", Refusal((certificate, new string('a', 2 * 1024 * 1024))), StringComparison.Ordinal);
        Assert.Contains("expired", Refusal(_authority.Issue("late", TimeSpan.FromHours(-1))), StringComparison.Ordinal);
        File.Delete(_folder.File("tls.key"));
        Assert.Contains("cannot be read", Assert.Throws<CommandFault>(Load).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    private string Refusal((string Certificate, string Key) pair)
    {
        Write(pair);
        return Assert.Throws<CommandFault>(Load).Message;
    }

    private void Write((string Certificate, string Key) pair)
    {
        _folder.Write("tls.pem", pair.Certificate);
        _folder.Write("tls.key", pair.Key);
    }

    private ServeCertificate Load() => new(_folder.File("tls.pem"), _folder.File("tls.key"), _clock);

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(_authority.Pem);
        return policy;
    }

    private async Task<string> ShownAsync(int port)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync("localhost", port);
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Policy() });
        return tls.RemoteCertificate!.Subject;
    }

    private sealed class LogLines : ILogger
    {
        public List<string> Lines { get; } = [];

        public bool IsBroken { get; init; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add(formatter(state, exception));
            if (IsBroken)
                throw new InvalidOperationException("a broken logger");
        }
    }
}
