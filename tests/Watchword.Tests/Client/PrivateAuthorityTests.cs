// An issuer whose certificate comes from a private authority: trusted with CaFile, and not without.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Watchword.Client;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class PrivateAuthorityTests
{
    [Fact]
    public async Task An_issuer_of_a_private_authority_is_trusted_with_its_file_alone()
    {
        var folder = Directory.CreateTempSubdirectory("watchword-").FullName;
        try
        {
            using var authority = Authority("Ours");
            using var stranger = Authority("Stranger");
            using var certificate = Issued(authority);
            var ours = Path.Combine(folder, "ours.pem");
            var theirs = Path.Combine(folder, "theirs.pem");
            await File.WriteAllTextAsync(ours, authority.ExportCertificatePem());
            await File.WriteAllTextAsync(theirs, stranger.ExportCertificatePem());
            await using var issuer = await ScriptedIssuer.StartAsync(certificate);

            using var trusting = Tokens(issuer, change: options => options.CaFile = ours);
            Assert.Equal("t1", (await trusting.GetTokenAsync(Resource)).Reveal());

            foreach (var file in new[] { theirs, null })
            {
                using var found = Tokens(issuer, change: options => options.CaFile = file);
                using var given = Tokens(issuer, change: options => (options.CaFile, options.TokenEndpoint) = (file, issuer.Url + "/oauth2/token"));
                Assert.True((await Assert.ThrowsAsync<TokenUnavailableException>(() => found.GetTokenAsync(Resource).AsTask())).IsIssuerUnreachable);
                Assert.True((await Assert.ThrowsAsync<TokenUnavailableException>(() => given.GetTokenAsync(Resource).AsTask())).IsIssuerUnreachable);
            }
            Assert.Single(issuer.Requests);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private static X509Certificate2 Issued(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=issuer", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddMinutes(-30), now.AddMinutes(30), [1, 2, 3, 4]);
        return certificate.CopyWithPrivateKey(key);
    }
}
