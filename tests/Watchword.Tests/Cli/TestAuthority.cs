// A certificate authority of a test's own, and the server certificates it makes.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Watchword.Tests.Cli;

internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private int _serial;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
    }

    public string Pem => _certificate.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate for localhost and its key, both in PEM form.</summary>
    public (string Certificate, string Key) Issue(string name, TimeSpan? goodFor = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_certificate, Now.AddDays(-1), Now + (goodFor ?? TimeSpan.FromDays(1)), [(byte)++_serial]);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _certificate.Dispose();
}
