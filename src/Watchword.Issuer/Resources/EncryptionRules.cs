// What a resource may register to have its tokens encrypted; each fault is one sentence, which never repeats the key.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Watchword.Issuer.Storage;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Issuer.Resources;

internal static class EncryptionRules
{
    private const int LongestUrl = 512;
    private const int LongestKeyId = 256;

    /// <summary>Checks a registration and brings it into the form in which it is stored: public members only.</summary>
    /// <param name="jwk">A public key as JSON, or <see langword="null"/>.</param>
    /// <param name="url">Where a key set is published, or <see langword="null"/>; exactly one of both is there.</param>
    /// <param name="enc">What the content is encrypted with; A256GCM when none is given.</param>
    /// <exception cref="RefusedException">Something is not allowed.</exception>
    public static ResourceEncryption Check(string? jwk, string? url, string? enc)
    {
        if (jwk is null == url is null)
            throw Invalid("tokens are encrypted to a key, or to the one that is published at a URL; give jwk or url, and not both");
        if (url is not null && !IsKeySetUrl(url))
            throw Invalid("encryption keys are published at an https URL (http only on this machine) of at most 512 characters, without user name and fragment; give one like https://billing.internal/.well-known/watchword/keys");
        return new ResourceEncryption(jwk is null ? null : PublicForm(jwk), url, ParseContent(enc));
    }

    /// <summary>Makes the key of a registration.</summary>
    /// <exception cref="InvalidKeyException">The key is symmetric, private, weak, malformed, or not for encryption.</exception>
    public static EncryptionKey ParseKey(string json)
    {
        var key = EncryptionKey.FromJwk(Parse(json));
        return IsNamedWell(key) ? key : throw new InvalidKeyException("The kid of the key has more than 256 characters. Every token would carry it; choose a shorter one.");
    }

    /// <summary>Whether the key's name, which every token carries, is of a reasonable length.</summary>
    public static bool IsNamedWell(EncryptionKey key) => key.KeyId is not { Length: > LongestKeyId };

    /// <summary>The refusal for a resource whose tokens are not encrypted.</summary>
    public static RefusedException NotEncrypted(string resource) =>
        new(Refusal.NotFound, $"the tokens of the resource '{resource}' are not encrypted; see the list of resources");

    private static string PublicForm(string json)
    {
        try
        {
            _ = ParseKey(json);
        }
        catch (InvalidKeyException fault)
        {
            throw Invalid(fault.Message);
        }
        var text = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(text))
            Parse(json).WritePublicTo(writer);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static Jwk Parse(string json)
    {
        var jwk = Jwk.Parse(Encoding.UTF8.GetBytes(json));
        return jwk.KeyType == "oct" ? throw new InvalidKeyException("The key is symmetric: whoever could encrypt by it could also decrypt. Give the public half of a key pair.")
            : jwk.IsPrivate ? throw new InvalidKeyException("The key has its private half, which is nobody's business but the resource's. Give the public half, and consider this one known to others.")
            : jwk;
    }

    private static bool IsKeySetUrl(string text) =>
        text.Length <= LongestUrl && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('#', StringComparison.Ordinal)
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && IssuerUrl.IsSecure(url) && url.UserInfo.Length == 0;

    private static ContentEncryption ParseContent(string? name) => name is null
        ? ContentEncryption.A256Gcm
        : ContentEncryption.TryFind(name, out var content)
            ? content
            : throw Invalid($"content is encrypted with one of {string.Join(", ", ContentEncryption.All)}; choose one of them");

    private static RefusedException Invalid(string message) => new(Refusal.Invalid, message);
}
