// Every form in which something public is lying about, and which a careless verifier could be made to take for a secret.
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Watchword.Keys;

namespace Watchword.Tests.Attacks;

internal static class PublicForms
{
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Make();

    private static Dictionary<string, byte[]> Make()
    {
        var forms = new Dictionary<string, byte[]>();
        var rsa = TokenForge.Rsa.ExportParameters(false);
        var point = TokenForge.Ec.ExportParameters(false).Q;
        foreach (var (name, der, label) in new[]
        {
            ("rsa spki", TokenForge.Rsa.ExportSubjectPublicKeyInfo(), "PUBLIC KEY"),
            ("rsa pkcs1", TokenForge.Rsa.ExportRSAPublicKey(), "RSA PUBLIC KEY"),
            ("ec spki", TokenForge.Ec.ExportSubjectPublicKeyInfo(), "PUBLIC KEY"),
            ("rsa certificate", Certificate(key => new CertificateRequest(key, TokenForge.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "CERTIFICATE"),
            ("ec certificate", Certificate(key => new CertificateRequest(key, TokenForge.Ec, HashAlgorithmName.SHA256)), "CERTIFICATE"),
        })
        {
            forms[$"{name} der"] = der;
            forms[$"{name} sha-256"] = SHA256.HashData(der);
            AddTexts(forms, $"{name} pem", PemEncoding.WriteString(label, der));
            AddTexts(forms, $"{name} base64", Convert.ToBase64String(der));
        }
        foreach (var (name, number) in new[] { ("n", rsa.Modulus!), ("e", rsa.Exponent!), ("x", point.X!), ("y", point.Y!), ("point", [4, .. point.X!, .. point.Y!]) })
        {
            forms[$"{name} bytes"] = number;
            forms[$"{name} bytes reversed"] = [.. number.Reverse()];
            forms[$"{name} base64url"] = Encoding.ASCII.GetBytes(TokenForge.Base64Url(number));
            forms[$"{name} hex"] = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(number));
        }
        AddKeys(forms);
        foreach (var text in new[] { "", "\0", "rsa", "ec", "orders", "invoices:read", "at+jwt", TokenForge.Issuer, TokenForge.Audience, "secret", "null", "undefined" })
            forms[$"'{(text == "\0" ? "NUL" : text)}'"] = Encoding.ASCII.GetBytes(text);
        foreach (var length in new[] { 32, 48, 64 })
            forms[$"{length} zero bytes"] = new byte[length];
        return forms;
    }

    private static void AddKeys(Dictionary<string, byte[]> forms)
    {
        var ec = TokenForge.EcJwk("ec");
        var rsa = TokenForge.RsaJwk("rsa", "RS256");
        var set = Encoding.ASCII.GetString(new KeySet([TokenForge.EcKey, TokenForge.RsaKey]).ToJson());
        foreach (var (name, json) in new[] { ("ec", ec), ("rsa", rsa), ("set", set), ("set of ec", $$"""{"keys":[{{ec}}]}""") })
        {
            AddTexts(forms, $"jwk {name}", json);
            AddTexts(forms, $"jwk {name} with spaces", json.Replace(",", ", ", StringComparison.Ordinal).Replace("\":", "\": ", StringComparison.Ordinal));
        }
        AddTexts(forms, "jwk ec in reverse", "{" + string.Join(',', ec[1..^1].Split(',').Reverse()) + "}");
        forms["ec thumbprint"] = Encoding.ASCII.GetBytes(Jwk.Parse(Encoding.ASCII.GetBytes(ec)).Thumbprint());
    }

    private static void AddTexts(Dictionary<string, byte[]> forms, string name, string text)
    {
        forms[name] = Encoding.ASCII.GetBytes(text);
        forms[$"{name}, line feed"] = Encoding.ASCII.GetBytes(text + "\n");
        if (text.Contains('\n', StringComparison.Ordinal))
            forms[$"{name}, CRLF"] = Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    private static byte[] Certificate(Func<X500DistinguishedName, CertificateRequest> request)
    {
        using var certificate = request(new X500DistinguishedName("CN=issuer.example")).CreateSelfSigned(TokenForge.Now.AddDays(-1), TokenForge.Now.AddDays(1));
        return certificate.RawData;
    }
}
