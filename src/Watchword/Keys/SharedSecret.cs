// The secret an issuer shares with one resource for HS256: text that leak scanners can recognise.
using System.Diagnostics.CodeAnalysis;
using Watchword.Encodings;

namespace Watchword.Keys;

/// <summary>
/// A shared secret in its printed form <c>wws_&lt;kid&gt;_&lt;secret&gt;</c>: 16 and 43 letters and digits. The ASCII bytes of the
/// 43 characters, which hold 256 bits of chance, are the HMAC key.
/// </summary>
public sealed class SharedSecret
{
    private const string Prefix = "wws_";
    private const int KeyIdLength = 16;
    private const int SecretLength = 43;
    private readonly byte[] _secret;

    private SharedSecret(string keyId, string secret)
    {
        KeyId = keyId;
        _secret = System.Text.Encoding.ASCII.GetBytes(secret);
    }

    /// <summary>The <c>kid</c> of tokens signed with this secret.</summary>
    public string KeyId { get; }

    /// <summary>Makes a new secret of 256 random bits.</summary>
    public static SharedSecret Generate() => new(Base62.Random(KeyIdLength), Base62.Random(SecretLength));

    /// <summary>Reads the printed form.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="fault">A sentence that says what is wrong and never repeats the text.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SharedSecret? secret, [NotNullWhen(false)] out string? fault)
    {
        secret = null;
        fault = "This is not a shared secret: wws_, 16 letters and digits, an underscore and 43 letters and digits were expected. Copy it whole from where the resource was created.";
        if (text is null || text.Length != Prefix.Length + KeyIdLength + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var keyId = text.AsSpan(Prefix.Length, KeyIdLength);
        var rest = text.AsSpan(Prefix.Length + KeyIdLength);
        if (rest[0] != '_' || !Base62.IsValid(keyId) || !Base62.IsValid(rest[1..]))
            return false;
        secret = new SharedSecret(keyId.ToString(), rest[1..].ToString());
        fault = null;
        return true;
    }

    /// <summary>The printed form. It is a secret: show it once, to whoever configures the resource.</summary>
    public string Reveal() => $"{Prefix}{KeyId}_{System.Text.Encoding.ASCII.GetString(_secret)}";

    /// <summary>The key the issuer signs with.</summary>
    public SigningKey ToSigningKey() => SigningKey.Import(SignatureAlgorithm.HS256, _secret, KeyId);

    /// <summary>The key the resource verifies with.</summary>
    public VerificationKey ToVerificationKey() => VerificationKey.FromSecret(SignatureAlgorithm.HS256, _secret, KeyId);

    /// <summary>The identifier, never the secret.</summary>
    public override string ToString() => $"{Prefix}{KeyId}_...";
}
