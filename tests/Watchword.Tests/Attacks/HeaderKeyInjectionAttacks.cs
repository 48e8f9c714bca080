// SECURITY.md item 5: keys and places of keys in a header are never trusted and never fetched (RFC 8725 §3.10; CVE-2018-0114).
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Attacks;

public sealed class HeaderKeyInjectionAttacks
{
    [Fact]
    public void A_key_in_the_header_is_not_used()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(false).Q;
        var jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{TokenForge.Base64Url(point.X)}}","y":"{{TokenForge.Base64Url(point.Y)}}","kid":"ec"}""";
        var target = new Target(TokenForge.EcKey);
        target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("ES256", "ec", $",\"jwk\":{jwk}"), TokenForge.Claims(), data => own.SignData(data, HashAlgorithmName.SHA256)));
        target.Refuses(RejectionCode.UnknownKey, TokenForge.Sign(TokenForge.Header("ES256", "mine", $",\"jwk\":{jwk}"), TokenForge.Claims(), data => own.SignData(data, HashAlgorithmName.SHA256)));
    }

    [Fact]
    public void A_certificate_in_the_header_is_not_used()
    {
        using var own = RSA.Create(2048);
        var request = new CertificateRequest("CN=issuer.example", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TokenForge.Now.AddDays(-1), TokenForge.Now.AddDays(1));
        var chain = Convert.ToBase64String(certificate.RawData);
        new Target().Refuses(RejectionCode.BadSignature, TokenForge.Sign(
            TokenForge.Header("RS256", "rsa", $$""","x5c":["{{chain}}"],"x5t":"{{TokenForge.Base64Url(certificate.GetCertHash())}}" """),
            TokenForge.Claims(),
            data => own.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void A_good_token_with_such_members_is_verified_by_the_trusted_key_alone() =>
        new Target().Accepts(TokenForge.ES256(TokenForge.Header("ES256", "ec", ""","jwk":{"kty":"oct","k":"AA"},"jku":"https://evil.example","x5c":["AA"],"x5u":7""")));

    public static TheoryData<string> Members => ["jku", "x5u", "jwks_uri", "jwk", "x5c", "x5t", "x5t#S256", "kid", "iss", "url", "cty", "zip", "epk"];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_place_named_in_the_header_is_not_visited(string member)
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Next());
        listener.Start();
        await using var issuer = await PublishingIssuer.StartAsync();
        foreach (var value in Places($"{listener.LocalEndpoint}"))
        {
            // A gate that does fetch: a visit to its issuer is as it should be, and any visit here is one too many.
            using var target = new FetchingTarget(issuer.Url, new PatientClock());
            var fetches = issuer.KeyFetches;
            var header = member == "kid" ? $$"""{"alg":"ES256","typ":"at+jwt","kid":{{value}}}""" : TokenForge.Header("ES256", "ec", $",\"{member}\":{value}");
            var isMalformed = member == "kid" && value[0] != '"';
            await target.RefusesAsync(isMalformed ? RejectionCode.Malformed : RejectionCode.UnknownKey, TokenForge.ES256(header, TokenForge.Claims(("iss", $"\"{issuer.Url}\""))));
            new Target().RefusesAnyhow(TokenForge.Sign(header, TokenForge.Claims(), _ => new byte[64]));
            Assert.Equal(!isMalformed, issuer.KeyFetches > fetches);
            Assert.False(listener.Pending(), value);
        }
    }

    private static IEnumerable<string> Places(string place)
    {
        foreach (var scheme in new[] { "http", "https", "HTTP", "ftp", "file", "ldap", "tcp" })
            yield return $"\"{scheme}://{place}/keys\"";
        foreach (var form in new[] { $"//{place}/keys", place, $"http://user:secret@{place}/", $"http://{place}#http://127.0.0.1:9", $"http://127.0.0.1:9@{place}/", $"http://{place.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}/" })
            yield return $"\"{form}\"";
        yield return $"[\"http://{place}/keys\"]";
        yield return $$"""{"kty":"EC","jku":"http://{{place}}/keys","keys":"http://{{place}}/keys"}""";
    }
}
