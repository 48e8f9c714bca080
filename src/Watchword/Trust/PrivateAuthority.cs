// Connections to servers whose certificates come from a private authority.
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Watchword.Trust;

/// <summary>Makes connection handlers for fetching keys and tokens: no redirects, no cookies, no proxy, bounded headers.</summary>
public static class PrivateAuthority
{
    /// <summary>Makes a handler.</summary>
    /// <param name="caFile">A PEM file with the only authorities to trust, or null for those of the system.</param>
    /// <exception cref="ArgumentException">The file cannot be read or holds no certificate; the message is a sentence.</exception>
    public static SocketsHttpHandler CreateHandler(string? caFile)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        };
        if (caFile is not null)
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(caFile) };
        return handler;
    }

    private static X509ChainPolicy Policy(string caFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(caFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The authorities in {caFile} cannot be read ({fault.Message}); give a readable PEM file.", fault);
        }
        return policy.CustomTrustStore.Count > 0 ? policy
            : throw new ArgumentException($"There is no certificate in {caFile}; give a PEM file with BEGIN CERTIFICATE.");
    }
}
