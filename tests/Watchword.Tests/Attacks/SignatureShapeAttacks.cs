// SECURITY.md item 4: signatures of a wrong form (RFC 7518 §3.4; CVE-2022-21449).
using System.Formats.Asn1;

namespace Watchword.Tests.Attacks;

public sealed class SignatureShapeAttacks
{
    private static readonly Target Target = new();

    public static TheoryData<string> Shapes => [.. Changes.Keys];

    private static Dictionary<string, Func<byte[], byte[]>> Changes => new()
    {
        ["DER"] = Der,
        ["swapped"] = good => [.. good[32..], .. good[..32]],
        ["padded to P-521"] = good => [.. new byte[34], .. good[..32], .. new byte[34], .. good[32..]],
        ["8 kB"] = _ => new byte[8192],
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_ECDSA_signature_of_a_wrong_shape_is_refused(string shape) =>
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("ES256", "ec"), TokenForge.Claims(), data => Changes[shape](TokenForge.SignEc(data))));

    [Fact]
    public void An_RSA_signature_at_or_above_the_modulus_is_refused()
    {
        var modulus = TokenForge.Rsa.ExportParameters(false).Modulus!;
        foreach (var value in new[] { new byte[256], modulus, [.. Enumerable.Repeat((byte)0xff, 256)], [.. new byte[255], 1] })
            Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), _ => value));
    }

    [Fact]
    public void A_signature_of_another_token_is_refused()
    {
        var other = TokenForge.ES256(claims: TokenForge.Claims(("sub", "\"admin\"")));
        var own = TokenForge.ES256();
        Target.Refuses(RejectionCode.BadSignature, own[..own.LastIndexOf('.')] + other[other.LastIndexOf('.')..]);
        var parts = own.Split('.');
        Target.Refuses(RejectionCode.BadSignature, $"{parts[0]}.{other.Split('.')[1]}.{parts[2]}");
    }

    private static byte[] Der(byte[] raw)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(raw.AsSpan(0, 32).TrimStart((byte)0));
            writer.WriteIntegerUnsigned(raw.AsSpan(32).TrimStart((byte)0));
        }
        return writer.Encode();
    }
}
