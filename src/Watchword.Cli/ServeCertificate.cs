// The certificate that `watchword serve` shows, read again when its files change, so that a renewal needs no restart.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Watchword.Cli;

/// <summary>A certificate and its key in two PEM files. Readers take <see cref="Current"/> without a lock.</summary>
internal sealed class ServeCertificate : IDisposable
{
    private const int LongestFile = 1024 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly Lock _reading = new();
    private volatile SslStreamCertificateContext _current;
    private byte[] _lastSeen;
    private string? _fault;
    private ITimer? _timer;

    /// <summary>Reads the pair.</summary>
    /// <exception cref="CommandFault">The pair cannot be used; the message says why.</exception>
    public ServeCertificate(string certificateFile, string keyFile, TimeProvider clock)
    {
        _certificateFile = Path.GetFullPath(certificateFile);
        _keyFile = Path.GetFullPath(keyFile);
        _clock = clock;
        var (certificate, key) = Read();
        _lastSeen = Fingerprint(certificate, key);
        _current = Load(certificate, key);
    }

    /// <summary>The certificate with the chain that its file holds.</summary>
    public SslStreamCertificateContext Current => _current;

    /// <summary>Looks at the files every ten seconds from now on. A pair that cannot be used is logged, once, and the old one stays.</summary>
    public void Watch(ILogger log) => _timer ??= _clock.CreateTimer(_ => LookNow(log), null, LookAgain, LookAgain);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void LookNow(ILogger log)
    {
        // Where a file system does not answer, one look waits for it, and no other.
        if (!_reading.TryEnter())
            return;
        try
        {
            Look(log);
        }
        catch (Exception)
        {
            // The logger's. Out of a timer nothing may be thrown: it would end the process.
        }
        finally
        {
            _reading.Exit();
        }
    }

    private void Look(ILogger log)
    {
        var before = _fault;
        if (TakeUp() is { } renewed)
            log.LogInformation("The TLS certificate was renewed; it is good until {Until:u}", renewed.TargetCertificate.NotAfter.ToUniversalTime());
        else if (_fault is not null && _fault != before)
            log.LogWarning("The TLS certificate on disk changed but cannot be used, so the former one stays. {Fault}", _fault);
    }

    /// <summary>A pair that was renewed, or null: it is the one that was seen last, or there is a fault, which is kept.</summary>
    private SslStreamCertificateContext? TakeUp()
    {
        try
        {
            var (certificate, key) = Read();
            var seen = Fingerprint(certificate, key);
            _fault = null;
            if (seen.AsSpan().SequenceEqual(_lastSeen))
                return null;

            _lastSeen = seen;
            return _current = Load(certificate, key);
        }
        catch (Exception fault)
        {
            _fault = fault.Message;
            return null;
        }
    }

    private (string Certificate, string Key) Read() =>
        (SmallInput.OfFile(_certificateFile, "--tls-cert", LongestFile), SmallInput.OfFile(_keyFile, "--tls-key", LongestFile));

    private SslStreamCertificateContext Load(string certificatePem, string keyPem)
    {
        X509Certificate2 certificate;
        var chain = new X509Certificate2Collection();
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            chain.ImportFromPem(certificatePem);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw CommandFault.Misuse(Explain(certificatePem, keyPem));
        }

        if (certificate.NotAfter.ToUniversalTime() <= _clock.GetUtcNow().UtcDateTime)
        {
            throw CommandFault.Misuse($"The certificate in {_certificateFile} expired at {certificate.NotAfter.ToUniversalTime():u}; renew it.");
        }

        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private string Explain(string certificatePem, string keyPem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certificatePem);
        }
        catch (CryptographicException)
        {
            return $"{_certificateFile} does not hold a certificate in PEM form; name the file that begins with -----BEGIN CERTIFICATE-----.";
        }

        if (keyPem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return $"The key in {_keyFile} is encrypted with a password; name a key without one, in a file that only this user can read.";
        }

        try
        {
            new X509Certificate2Collection().ImportFromPem(certificatePem);
        }
        catch (CryptographicException)
        {
            return $"{_certificateFile} holds a damaged certificate after the first; copy the whole chain again.";
        }

        return keyPem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
            ? $"The certificate in {_certificateFile} does not fit the key in {_keyFile}; name the pair that was made together."
            : $"{_keyFile} does not hold a private key in PEM form; name the file that begins with -----BEGIN PRIVATE KEY-----.";
    }

    private static byte[] Fingerprint(string certificate, string key)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(certificate));
        hash.AppendData([0]);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(key));
        return hash.GetHashAndReset();
    }
}
