// SECURITY.md item 4: signatures of a wrong value, form or length (RFC 7518 §3.4; CVE-2022-21449).
using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Watchword.Tests.Attacks;

public sealed class SignatureShapeAttacks
{
    private static readonly BigInteger Order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private static readonly Target Target = new();

    public static TheoryData<string> Shapes => [.. Changes.Keys];

    private static Dictionary<string, Func<byte[], byte[]>> Changes => new()
    {
        ["r = s = 0"] = _ => new byte[64],
        ["r = 0"] = good => [.. new byte[32], .. good[32..]],
        ["s = 0"] = good => [.. good[..32], .. new byte[32]],
        ["r = n"] = good => [.. Number(Order), .. good[32..]],
        ["s = n"] = good => [.. good[..32], .. Number(Order)],
        ["r = s = n"] = _ => [.. Number(Order), .. Number(Order)],
        ["r = n + 1"] = good => [.. Number(Order + 1), .. good[32..]],
        ["r = s = 1"] = _ => [.. Number(1), .. Number(1)],
        ["all ones"] = _ => [.. Enumerable.Repeat((byte)0xff, 64)],
        ["DER"] = Der,
        ["swapped"] = good => [.. good[32..], .. good[..32]],
        ["doubled"] = good => [.. good, .. good],
        ["cut by one"] = good => good[..^1],
        ["cut in half"] = good => good[..32],
        ["a byte more"] = good => [.. good, 0],
        ["a byte before"] = good => [0, .. good],
        ["padded to P-521"] = good => [.. new byte[34], .. good[..32], .. new byte[34], .. good[32..]],
        ["empty"] = _ => [],
        ["one byte"] = _ => [0],
        ["first bit"] = good => [(byte)(good[0] ^ 0x80), .. good[1..]],
        ["last bit"] = good => [.. good[..^1], (byte)(good[^1] ^ 1)],
        ["8 kB"] = _ => new byte[8192],
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_ECDSA_signature_of_a_wrong_shape_is_refused(string shape) =>
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("ES256", "ec"), TokenForge.Claims(), data => Changes[shape](TokenForge.SignEc(data))));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-256)]
    [InlineData(256)]
    public void An_RSA_signature_of_a_wrong_length_is_refused(int change)
    {
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), data => Resize(TokenForge.SignRsa(data), change, atEnd: true)));
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), data => Resize(TokenForge.SignRsa(data), change, atEnd: false)));
    }

    [Fact]
    public void An_RSA_signature_at_or_above_the_modulus_is_refused()
    {
        var modulus = TokenForge.Rsa.ExportParameters(false).Modulus!;
        foreach (var value in new[] { new byte[256], modulus, [.. Enumerable.Repeat((byte)0xff, 256)], [.. new byte[255], 1] })
            Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("RS256", "rsa"), TokenForge.Claims(), _ => value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_truncated_or_lengthened_HMAC_is_refused(int length) =>
        Target.Refuses(RejectionCode.BadSignature, TokenForge.Sign(TokenForge.Header("HS256", "oct"), TokenForge.Claims(), data =>
            [.. HMACSHA256.HashData(TokenForge.Secret, data).Concat(new byte[64]).Take(length)]));

    [Fact]
    public void A_signature_of_another_token_is_refused()
    {
        var other = TokenForge.ES256(claims: TokenForge.Claims(("sub", "\"admin\"")));
        var own = TokenForge.ES256();
        Target.Refuses(RejectionCode.BadSignature, own[..own.LastIndexOf('.')] + other[other.LastIndexOf('.')..]);
        var parts = own.Split('.');
        Target.Refuses(RejectionCode.BadSignature, $"{parts[0]}.{other.Split('.')[1]}.{parts[2]}");
    }

    private static byte[] Number(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
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

    private static byte[] Resize(byte[] signature, int change, bool atEnd) => (change < 0, atEnd) switch
    {
        (true, true) => signature[..Math.Max(0, signature.Length + change)],
        (true, false) => signature[Math.Min(signature.Length, -change)..],
        (false, true) => [.. signature, .. new byte[change]],
        (false, false) => [.. new byte[change], .. signature],
    };
}
