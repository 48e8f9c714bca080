// An API key: wwk_<credential id>_<secret>_<check>. Fixed prefix, fixed lengths and a checksum, so that leak scanners know one when they see it.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Watchword.Encodings;

namespace Watchword.Issuer.Clients;

/// <summary>
/// A well-formed API key. The id is 16 and the secret 43 letters and digits (256 bits of chance); the check is the CRC-32 of everything before
/// its underscore, as 6 digits of base 62. Being well-formed says nothing about being valid.
/// </summary>
internal sealed class ApiKey
{
    private const string Prefix = "wwk_";
    private const int IdLength = 16;
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const int CheckedLength = 4 + IdLength + 1 + SecretLength;

    /// <summary>The number of characters of every API key.</summary>
    public const int Length = CheckedLength + 1 + CheckLength;

    private readonly string _text;

    private ApiKey(string text)
    {
        _text = text;
        CredentialId = text.Substring(Prefix.Length, IdLength);
    }

    /// <summary>The identifier of the credential; it is no secret.</summary>
    public string CredentialId { get; }

    /// <summary>Makes a new key.</summary>
    public static ApiKey Generate()
    {
        var body = $"{Prefix}{Base62.Random(IdLength)}_{Base62.Random(SecretLength)}";
        return new ApiKey($"{body}_{Check(body)}");
    }

    /// <summary>Reads a key; anything but the exact form, white space included, is refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKey? key)
    {
        key = text is not null && IsWellFormed(text) ? new ApiKey(text) : null;
        return key is not null;
    }

    /// <summary>Whether text is a credential id by its form.</summary>
    public static bool IsCredentialId(string text) => text.Length == IdLength && Base62.IsValid(text);

    /// <summary>The key itself. It is a secret: show it once.</summary>
    public string Reveal() => _text;

    /// <summary>The identifier, never the secret.</summary>
    public override string ToString() => $"{Prefix}{CredentialId}_...";

    /// <summary>Writes what is hashed: everything but the check, so that a hash cannot be moved to another credential.</summary>
    public void CopyHashed(Span<byte> destination) => Encoding.ASCII.GetBytes(_text.AsSpan(0, CheckedLength), destination);

    /// <summary>The number of bytes that <see cref="CopyHashed"/> writes.</summary>
    public static int HashedLength => CheckedLength;

    private static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == Length
        && text.StartsWith(Prefix)
        && Base62.IsValid(text.Slice(Prefix.Length, IdLength))
        && text[Prefix.Length + IdLength] == '_'
        && Base62.IsValid(text.Slice(CheckedLength - SecretLength, SecretLength))
        && text[CheckedLength] == '_'
        && text[(CheckedLength + 1)..].SequenceEqual(Check(text[..CheckedLength]));

    private static string Check(ReadOnlySpan<char> body)
    {
        Span<byte> bytes = stackalloc byte[CheckedLength];
        Encoding.ASCII.GetBytes(body, bytes);
        Span<char> check = stackalloc char[CheckLength];
        Base62.Write(Crc32.Of(bytes), check);
        return check.ToString();
    }
}
