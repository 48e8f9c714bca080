// SECURITY.md item 13: headers and shapes of encrypted tokens (RFC 7516 §4, §5.2; RFC 8725 §2.4, §3.6).
using System.Text;
using Watchword.Jwe;

namespace Watchword.Tests.Attacks;

public sealed class JweHeaderAttacks
{
    private static readonly JweTarget Target = new();
    private static readonly JweDecrypter Decrypter = new(JweForge.Keys);

    public static TheoryData<string> Algorithms =>
    [
        "RSA1_5", "rsa1_5", "RSA-OAEP-384", "RSA-OAEP-512", "rsa-oaep-256", "RSA-OAEP-256 ", "RSA_OAEP_256", "A192KW", "A128GCMKW", "A192GCMKW", "A256GCMKW",
        "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "ECDH-ES+A192KW", "ecdh-es", "ECDH-1PU", "ECDH-1PU+A128KW", "ECDH-SS",
        "none", "None", "", " ", "DIR", "Dir", "dir\\u0000", "d\\u0131r", "HS256", "RS256", "ES256", "EdDSA", "A256GCM", "HPKE-0", "null", "../dir", "dir\\r\\n",
    ];

    public static TheoryData<string> Encryptions =>
    [
        "A192GCM", "A192CBC-HS384", "a256gcm", "A256GCM ", "A256CBC", "A128CBC-HS512", "A256CBC-HS256", "A512GCM", "C20P", "XC20P", "none", "", "dir", "A256KW",
        "A256GCMKW", "A128CBC+HS256", "A256GCM\\u0000", "\\u0410256GCM",
    ];

    public static TheoryData<string> Members => ["\"alg\":\"dir\"", "\"enc\":\"A256GCM\"", "\"kid\":\"dir\"", "\"cty\":\"JWT\"", "\"x\":{\"a\":1,\"a\":1}", "\"x\":1,\"x\":1", "\"x\":1,\"\\u0078\":1", "\"\\u0061lg\":\"dir\"", "\"\\u006bid\":\"rsa\""];

    [Fact]
    public void The_forge_makes_good_tokens()
    {
        Target.Accepts(JweForge.OfDirect().ToString());
        Target.Accepts(JweForge.OfCbc().ToString());
        Target.Accepts(JweForge.OfRsa().ToString());
        Target.Accepts(JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!)).ToString());
        Target.Accepts(JweForge.OfEcdh(sender => JweForge.Epk("P-256", sender.Q.X!, sender.Q.Y!, ",\"use\":\"enc\",\"unknown\":[1]")).ToString());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_algorithm_that_is_not_in_the_table_is_refused(string alg)
    {
        foreach (var kid in new[] { "dir", "kw", "rsa", "ec" })
            Target.Refuses(RejectionCode.UnsupportedAlgorithm, JweForge.OfDirect($$"""{"alg":"{{alg}}","enc":"A256GCM","kid":"{{kid}}","cty":"JWT","p2s":"AAAA","p2c":1,"iv":"AAAA","tag":"AAAA"}""").ToString());
    }

    [Theory]
    [MemberData(nameof(Encryptions))]
    public void A_content_encryption_that_is_not_in_the_table_is_refused(string enc)
    {
        foreach (var (alg, kid) in new[] { ("dir", "dir"), ("A128KW", "kw"), ("RSA-OAEP-256", "rsa") })
            Target.Refuses(RejectionCode.UnsupportedAlgorithm, JweForge.OfDirect(JweForge.Header(alg, enc, kid)).ToString());
    }

    [Theory]
    [InlineData("PBES2-HS256+A128KW", 2_147_483_647L)]
    [InlineData("PBES2-HS512+A256KW", 9_007_199_254_740_991L)]
    public void A_password_s_rounds_are_never_counted(string alg, long rounds) =>
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, JweForge.OfDirect(JweForge.Header(alg, "A256GCM", "kw", $",\"p2c\":{rounds},\"p2s\":\"AAAAAAAAAAA\"")).ToString());

    [Theory]
    [InlineData("\"zip\":\"DEF\"")]
    [InlineData("\"zip\":\"def\"")]
    [InlineData("\"zip\":\"GZ\"")]
    [InlineData("\"zip\":\"\"")]
    [InlineData("\"zip\":\"none\"")]
    [InlineData("\"zip\":null")]
    [InlineData("\"zip\":false")]
    [InlineData("\"zip\":0")]
    [InlineData("\"zip\":[]")]
    [InlineData("\"zip\":{}")]
    [InlineData("\"z\\u0069p\":\"DEF\"")]
    [InlineData("\"\\u007a\\u0069\\u0070\":\"DEF\"")]
    public void Compression_in_any_form_is_refused(string member) =>
        Target.Refuses(RejectionCode.UnsupportedAlgorithm, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",{member}")).ToString());

    [Theory]
    [InlineData("[\"exp\"],\"exp\":1")]
    [InlineData("[\"zip\"]")]
    [InlineData("[\"b64\"],\"b64\":true")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"alg\"")]
    [InlineData("[\"alg\"]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("true")]
    public void A_critical_extension_is_refused(string crit) =>
        Target.Refuses(RejectionCode.UnsupportedCritical, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"crit\":{crit}")).ToString());

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_that_stands_twice_is_refused(string member) =>
        Target.Refuses(RejectionCode.Malformed, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",{member}")).ToString());

    [Theory]
    [InlineData("alg")]
    [InlineData("enc")]
    [InlineData("kid")]
    [InlineData("cty")]
    public void A_member_of_another_type_is_refused(string name)
    {
        foreach (var value in new[] { "null", "1", "true", "[\"dir\"]", "{}" })
        {
            var header = JweForge.Header("dir", "A256GCM", "dir");
            var at = header.IndexOf($"\"{name}\":", StringComparison.Ordinal) + name.Length + 3;
            var end = header.IndexOf('"', at + 1) + 1;
            Target.Refuses(RejectionCode.Malformed, JweForge.OfDirect($"{header[..at]}{value}{header[end..]}").ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}x")]
    [InlineData("[]")]
    [InlineData("\"dir\"")]
    [InlineData("null")]
    [InlineData("{\"alg\":\"dir\",}")]
    [InlineData("{\"alg\":\"dir\" /* */,\"enc\":\"A256GCM\"}")]
    [InlineData("{'alg':'dir'}")]
    [InlineData("\uFEFF{\"alg\":\"dir\",\"enc\":\"A256GCM\"}")]
    [InlineData("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"x\":\"\\ud800\"}")]
    public void A_header_that_is_not_one_strict_object_is_refused(string header) =>
        Target.Refuses(RejectionCode.Malformed, JweForge.OfDirect(header).ToString());

    [Fact]
    public void Deep_and_large_headers_are_refused()
    {
        Target.Refuses(RejectionCode.Malformed, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"x\":{new string('[', 100)}{new string(']', 100)}")).ToString());
        Target.Refuses(RejectionCode.TooLarge, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"x\":\"{new string('a', 4000)}\"")).ToString());
        Target.Refuses(RejectionCode.TooLarge, JweForge.OfDirect(content: new string('a', 13_000)).ToString());
        Target.Refuses(RejectionCode.TooLarge, new string('.', 900_000));
    }

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    public void A_key_in_the_header_is_not_looked_at(string member)
    {
        Target.Accepts(JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"{member}\":\"https://127.0.0.1:1/keys\"")).ToString());
        var own = new byte[32];
        Target.CannotDecrypt(JweForge.OfDirect(JweForge.Header("dir", "A256GCM", "dir", $",\"{member}\":{{\"kty\":\"oct\",\"k\":\"{TokenForge.Base64Url(own)}\"}}"), key: own).ToString());
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("DIR")]
    [InlineData("../../etc/passwd")]
    [InlineData("' OR 1=1 --")]
    [InlineData("dir\\u0000")]
    [InlineData("dir\\r\\nX-Injected: 1")]
    [InlineData("__proto__")]
    [InlineData("\\u0064ir ")]
    public void A_kid_of_nobody_is_unknown(string kid) =>
        Target.Refuses(RejectionCode.UnknownKey, JweForge.OfDirect(JweForge.Header("dir", "A256GCM", kid)).ToString());

    [Fact]
    public void Only_five_parts_are_read()
    {
        var parts = JweForge.OfDirect().ToString().Split('.');
        foreach (var count in new[] { 1, 2, 4 })
            Assert.False(Decrypts(string.Join('.', parts[..count])));
        for (var extra = 1; extra < 4; extra++)
            Assert.False(Decrypts(string.Join('.', parts) + new string('.', extra)));
        foreach (var token in new[] { "....", ".....", "a....", "....a", "e30....", "a.b.c.d.e", "e30.e30.e30.e30.e30", "null....", "\0....", "𝓪....", " . . . . " })
            Assert.False(Decrypts(token), token);
        Assert.False(Decrypts("""{"protected":"e30","recipients":[{}],"iv":"","ciphertext":"","tag":""}"""));
    }

    [Fact]
    public void No_part_may_be_spelt_otherwise()
    {
        foreach (var token in new[] { $"{JweForge.OfDirect()}", $"{JweForge.OfRsa()}" })
        {
            var parts = token.Split('.');
            for (var i = 0; i < parts.Length; i++)
            {
                var part = parts[i];
                if (part.Length == 0)
                    continue;
                foreach (var other in new[] { part + "=", part + "==", part + " ", " " + part, part + "\n", part + "%", part[..4] + "+" + part[5..], part[..4] + "/" + part[5..], part[..4] + "\u00e9" + part[5..], part + "A" })
                    Assert.False(Decrypts(string.Join('.', [.. parts[..i], other, .. parts[(i + 1)..]])), $"part {i}: {other}");
            }
        }
    }

    private static bool Decrypts(string token) => Decrypter.TryDecrypt(Encoding.UTF8.GetBytes(token), out _, out _);
}
